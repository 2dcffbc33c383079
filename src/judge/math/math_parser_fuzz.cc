// libFuzzer: any bytes as an answer. What parses has a normal form, and both are found in bounded time.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "judge/math/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  r1::math::Arena arena;
  try {
    const r1::math::NodeId node = r1::math::ParseAnswer(arena, std::string_view(reinterpret_cast<const char*>(data), size));
    CHECK(!r1::math::NormalForm(arena, node).empty());
    CHECK(arena.size() < 40 * (size + 10));
  } catch (const r1::math::Refusal&) {
  }
  return 0;
}
