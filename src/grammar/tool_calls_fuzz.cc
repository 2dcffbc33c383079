// libFuzzer: any bytes as a completion with tool calls, in the format that the first byte chooses. Cut into pieces it says the same
// as whole.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "grammar/tool_call_stream.h"

namespace {

// Kinds and texts, neighbours of one kind joined.
std::vector<r1::ToolCallPart> Read(r1::ToolCallFormat format, r1::ToolCallStreamOptions options, std::string_view text,
                                   size_t piece) {
  r1::ToolCallStream stream(format, options);
  std::vector<r1::ToolCallPart> joined;
  const auto add = [&](const std::vector<r1::ToolCallPart>& parts) {
    for (const r1::ToolCallPart& part : parts) {
      if (!joined.empty() && joined.back().kind == part.kind && part.kind != r1::ToolCallPart::Kind::kCall)
        joined.back().text += part.text;
      else
        joined.push_back(part);
    }
  };
  for (size_t at = 0; at < text.size(); at += piece) add(stream.Push(text.substr(at, piece)));
  add(stream.Flush());
  return joined;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, std::min<size_t>(size - 1, 4096));
  const auto format = static_cast<r1::ToolCallFormat>(data[0] % 4);
  for (const r1::ToolCall& call : r1::ParseToolCalls(format, text).calls)
    if (call.name.empty() || !nlohmann::json::parse(call.arguments).is_object()) __builtin_trap();
  const r1::ToolCallStreamOptions options{.marked = (data[0] & 4) != 0, .bound = (data[0] & 8) != 0};
  if (Read(format, options, text, 4096) != Read(format, options, text, 1 + (data[0] >> 4))) __builtin_trap();
  return 0;
}
