// bfloat16: the upper half of an f32. Rounding is to nearest, ties to even; NaN stays NaN.
#pragma once

#include <bit>
#include <cstdint>

namespace r1 {

using Bf16 = uint16_t;

inline float Bf16ToFloat(Bf16 x) { return std::bit_cast<float>(uint32_t{x} << 16); }

inline Bf16 FloatToBf16(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<Bf16>((bits >> 16) | 0x40);  // quiet NaN
  return static_cast<Bf16>((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

}  // namespace r1
