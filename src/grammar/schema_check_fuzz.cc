// libFuzzer: a JSON schema, a line break, and a text. What satisfies the schema is JSON, and no text satisfies both a schema and
// its "not".
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "grammar/schema_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string schema(input.substr(0, input.find('\n')));
  const std::string_view text = input.substr(std::min(schema.size() + 1, input.size()));
  try {
    const r1::SchemaCheck check(schema);
    const bool fits = !check.Violation(text);
    if (fits && !nlohmann::json::accept(text)) __builtin_trap();
    if (schema.find("$ref") != schema.npos) return 0;  // would lead elsewhere within the negation
    if (fits && !r1::SchemaCheck("{\"not\":" + schema + "}").Violation(text)) __builtin_trap();
  } catch (const r1::Error&) {
  }
  return 0;
}
