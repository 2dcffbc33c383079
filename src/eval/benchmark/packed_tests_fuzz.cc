// libFuzzer: any bytes as a pickle, as a packed field, and as a record with test cases.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/json.h"
#include "eval/benchmark/contest_tests.h"
#include "eval/benchmark/packed_tests.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  try {
    const std::string_view text = r1::TextOfPickle(input, "fuzz");
    CHECK(text.size() + 4 <= input.size());
  } catch (const r1::Error&) {
  }
  try {
    CHECK(r1::UnpackTests(input, "fuzz", 1 << 20).size() <= 1 << 20);
  } catch (const r1::Error&) {
  }
  try {
    r1::ReadingJson("fuzz", [&] { r1::ContestTests(r1::ParseJson(input, "fuzz"), "fuzz"); });
  } catch (const r1::Error&) {
  }
  return 0;
}
