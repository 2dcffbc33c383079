// libFuzzer: any bytes as config.json. What is accepted is written and read again.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "checkpoint/hf_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const r1::HfConfig config = r1::ParseHfConfig({reinterpret_cast<const char*>(data), size});
    r1::ParseHfConfig(r1::HfConfigJson(config));
  } catch (const r1::Error&) {
  }
  return 0;
}
