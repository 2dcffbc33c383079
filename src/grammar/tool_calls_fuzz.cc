// libFuzzer: any bytes as a completion with tool calls, in the format that the first byte chooses.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "grammar/tool_calls.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const r1::ToolCall& call : r1::ParseToolCalls(static_cast<r1::ToolCallFormat>(data[0] % 4), text).calls)
    if (call.name.empty() || !nlohmann::json::parse(call.arguments).is_object()) __builtin_trap();
  return 0;
}
