// Narrow floating-point formats as bits: IEEE half precision and the two 8-bit formats. Everything is integer work or exact
// products, so flush-to-zero modes change nothing. bfloat16 is in base/bf16.h.
#pragma once

#include <bit>
#include <cstdint>

namespace r1 {

using Half = uint16_t;

// Exact. A NaN keeps its payload.
inline float HalfToFloat(Half h) {
  const uint32_t sign = uint32_t{h & 0x8000u} << 16, exponent = (h >> 10) & 0x1f, mantissa = h & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | mantissa << 13);
  if (exponent == 0)
    return (sign ? -1.0f : 1.0f) * (static_cast<float>(mantissa) * 0x1p-24f);  // subnormal, or a zero with its sign
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
}

// To nearest, ties to even; from 65520 on infinity; NaN stays NaN (quiet, upper payload kept), as the hardware conversions do.
inline Half FloatToHalf(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<Half>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
  if (magnitude >= 0x477ff000u) return static_cast<Half>(sign | 0x7c00u);
  if (magnitude >= 0x38800000u) {  // 2^-14: a normal half
    const uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1);
    return static_cast<Half>(sign | ((rounded >> 13) - (112u << 10)));
  }
  if (magnitude < 0x33000000u) return static_cast<Half>(sign);  // below 2^-25: nearer to zero than to the smallest subnormal
  const uint32_t shift = 126 - (magnitude >> 23);               // 14..24: units of 2^-24
  const uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u, half_unit = 1u << (shift - 1);
  const uint32_t odd = (mantissa >> shift) & 1;
  return static_cast<Half>(sign | ((mantissa + half_unit - 1 + odd) >> shift));
}

// E4M3 of the OCP 8-bit formats ("fn": no infinities, largest 448, NaN is 0x7f and 0xff). Exact.
// https://www.opencompute.org/documents/ocp-8-bit-floating-point-specification-ofp8-revision-1-0-2023-12-01-pdf-1
inline float F8E4M3ToFloat(uint8_t f) {
  const uint32_t sign = uint32_t{f & 0x80u} << 24, exponent = (f >> 3) & 0xf, mantissa = f & 7u;
  if ((f & 0x7f) == 0x7f) return std::bit_cast<float>(sign | 0x7fc00000u);
  if (exponent == 0) return (sign ? -1.0f : 1.0f) * (static_cast<float>(mantissa) * 0x1p-9f);
  return std::bit_cast<float>(sign | (exponent + 120) << 23 | mantissa << 20);
}

// E5M2: the upper byte of a half. Exact.
inline float F8E5M2ToFloat(uint8_t f) { return HalfToFloat(static_cast<Half>(f << 8)); }

}  // namespace r1
