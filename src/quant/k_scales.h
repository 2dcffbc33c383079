// The packed six-bit scales of blocks of 256; the packing is described in quant/block_formats.h.
#pragma once

#include <cstdint>

namespace r1::quant {

// Q4_K, Q5_K: eight scales and eight mins, 0..63.
inline void UnpackScalesAndMins(const uint8_t packed[12], uint8_t scales[8], uint8_t mins[8]) {
  for (int g = 0; g < 4; ++g) {
    scales[g] = packed[g] & 63;
    mins[g] = packed[g + 4] & 63;
    scales[g + 4] = static_cast<uint8_t>((packed[g + 8] & 15) | (packed[g] >> 6) << 4);
    mins[g + 4] = static_cast<uint8_t>((packed[g + 8] >> 4) | (packed[g + 4] >> 6) << 4);
  }
}

inline void PackScalesAndMins(const uint8_t scales[8], const uint8_t mins[8], uint8_t packed[12]) {
  for (int g = 0; g < 4; ++g) {
    packed[g] = static_cast<uint8_t>(scales[g] | (scales[g + 4] >> 4) << 6);
    packed[g + 4] = static_cast<uint8_t>(mins[g] | (mins[g + 4] >> 4) << 6);
    packed[g + 8] = static_cast<uint8_t>((scales[g + 4] & 15) | (mins[g + 4] & 15) << 4);
  }
}

// Q3_K: sixteen scales, -32..31.
inline void UnpackQ3Scales(const uint8_t packed[12], int8_t scales[16]) {
  for (int g = 0; g < 16; ++g) {
    const int low = g < 8 ? packed[g] & 15 : packed[g - 8] >> 4;
    const int high = (packed[8 + g % 4] >> (2 * (g / 4))) & 3;
    scales[g] = static_cast<int8_t>((low | high << 4) - 32);
  }
}

// IQ4_XS: eight scales, -32..31.
inline void UnpackIq4Scales(uint16_t high, const uint8_t low[4], int8_t scales[8]) {
  for (int g = 0; g < 8; ++g)
    scales[g] = static_cast<int8_t>(((low[g / 2] >> (4 * (g % 2)) & 15) | (high >> (2 * g) & 3) << 4) - 32);
}

}  // namespace r1::quant
