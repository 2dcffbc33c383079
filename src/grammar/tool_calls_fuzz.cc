// libFuzzer: any bytes as a completion with tool calls, in the format that the first byte chooses. Cut into pieces it says the same
// as whole.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "grammar/tool_call_stream_test_util.h"
#include "grammar/tool_calls.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, std::min<size_t>(size - 1, 4096));
  const auto format = static_cast<r1::ToolCallFormat>(data[0] % 4);
  for (const r1::ToolCall& call : r1::ParseToolCalls(format, text).calls)
    if (call.name.empty() || !nlohmann::json::parse(call.arguments).is_object()) __builtin_trap();
  const r1::ToolCallStreamOptions options{.marked = (data[0] & 4) != 0, .bound = (data[0] & 8) != 0};
  if (r1::ReadInPieces(format, options, text, 4096) != r1::ReadInPieces(format, options, text, 1 + (data[0] >> 4)))
    __builtin_trap();
  return 0;
}
