// libFuzzer: any bytes as a file of examples.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "data/jsonl.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    r1::ParseExamples({reinterpret_cast<const char*>(data), size}, "fuzz.jsonl");
  } catch (const r1::Error&) {
  }
  return 0;
}
