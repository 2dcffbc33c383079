// libFuzzer: any bytes as TOML. What is accepted is written out and read again.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "recipe/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  r1::ConfigValue value;
  try {
    value = r1::ParseToml({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  } catch (const r1::Error&) {
    return 0;
  }
  r1::ParseToml(r1::ToTomlText(value), "written.toml");  // ours: an error here is a fault
  return 0;
}
