// libFuzzer: any bytes as a file of examples, and of texts.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "data/jsonl.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  try {
    r1::ParseExamples(content, "fuzz.jsonl");
  } catch (const r1::Error&) {
  }
  try {
    r1::ParseTexts(content, "fuzz.jsonl");
  } catch (const r1::Error&) {
  }
  return 0;
}
