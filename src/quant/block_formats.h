// What the bytes of a quantized block mean: the formats of GGUF files, to the bit as ggml defines them.
//   https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
// Multi-byte fields are little-endian; scales d and m are IEEE half precision. x[i] is element i of the block.
#pragma once

#include <cstdint>

namespace r1::quant {

inline constexpr int kSmallBlock = 32;   // elements of Q4_0 .. Q8_0
inline constexpr int kSuperBlock = 256;  // elements of Q2_K .. Q6_K and IQ4_XS

// x[i] = d * (q - 8); q of x[i] is the low nibble of qs[i], that of x[16 + i] the high one.
struct BlockQ4_0 {
  uint16_t d;
  uint8_t qs[16];
};

// x[i] = d * q + m, nibbles as Q4_0.
struct BlockQ4_1 {
  uint16_t d, m;
  uint8_t qs[16];
};

// x[i] = d * (q - 16); q has four low bits as Q4_0 and its fifth in bit i of qh.
struct BlockQ5_0 {
  uint16_t d;
  uint8_t qh[4];
  uint8_t qs[16];
};

// x[i] = d * q + m, bits as Q5_0.
struct BlockQ5_1 {
  uint16_t d, m;
  uint8_t qh[4];
  uint8_t qs[16];
};

// x[i] = d * qs[i].
struct BlockQ8_0 {
  uint16_t d;
  int8_t qs[32];
};

// 16 groups of 16: x = d * (scales[g] & 15) * q - dmin * (scales[g] >> 4). Half h (128 elements) has q in the bit pairs of
// qs[32 h .. 32 h + 31]: elements 32 j .. 32 j + 31 of the half in bits 2 j, 2 j + 1.
struct BlockQ2_K {
  uint8_t scales[16];
  uint8_t qs[64];
  uint16_t d, dmin;
};

// 16 groups of 16: x = d * (scale[g] - 32) * (q - 4), q of three bits: two as in Q2_K, the third in bit (4 h + j) of
// hmask[element % 32]. Six-bit scales: the low four bits in scales[0..7] (groups 8.. in the high nibbles), the high two in
// scales[8 + g % 4] at bits 2 (g / 4).
struct BlockQ3_K {
  uint8_t hmask[32];
  uint8_t qs[64];
  uint8_t scales[12];
  uint16_t d;
};

// 8 groups of 32: x = d * scale[g] * q - dmin * min[g]; scales and mins of six bits. Elements of group 2 j are the low, of group
// 2 j + 1 the high nibbles of qs[32 j .. 32 j + 31]. For g < 4 scale is scales[g] & 63 and min scales[g + 4] & 63; for g >= 4 scale
// is (scales[g + 4] & 15) | (scales[g - 4] >> 6) << 4 and min is (scales[g + 4] >> 4) | (scales[g] >> 6) << 4.
struct BlockQ4_K {
  uint16_t d, dmin;
  uint8_t scales[12];
  uint8_t qs[128];
};

// As Q4_K with a fifth bit: bit g of qh[element % 32].
struct BlockQ5_K {
  uint16_t d, dmin;
  uint8_t scales[12];
  uint8_t qh[32];
  uint8_t qs[128];
};

// 16 groups of 16: x = d * scales[g] * (q - 32), q of six bits. Half h: elements l, l + 32, l + 64, l + 96 (l < 32) of the half
// have their low four bits in ql[64 h + l] low, ql[64 h + 32 + l] low, ql[64 h + l] high, ql[64 h + 32 + l] high, and their high
// two in qh[32 h + l] at bits 0, 2, 4, 6.
struct BlockQ6_K {
  uint8_t ql[128];
  uint8_t qh[64];
  int8_t scales[16];
  uint16_t d;
};

// What the sixteen nibbles of the IQ4 formats stand for: steps that are finer about zero, where most weights are.
inline constexpr int8_t kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// x[i] = d * kIq4Values[q], nibbles as Q4_0.
struct BlockIQ4_NL {
  uint16_t d;
  uint8_t qs[16];
};

// 8 groups of 32: x = d * (scale[g] - 32) * kIq4Values[q]; the nibbles of group g are those of qs[16 g .. 16 g + 15], as in Q4_0.
// Six-bit scales: the low four bits in nibble g % 2 of scales_l[g / 2], the high two in scales_h at bits 2 g, 2 g + 1.
struct BlockIQ4_XS {
  uint16_t d, scales_h;
  uint8_t scales_l[4];
  uint8_t qs[128];
};

static_assert(sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_1) == 20 && sizeof(BlockQ5_0) == 22 && sizeof(BlockQ5_1) == 24);
static_assert(sizeof(BlockQ8_0) == 34 && sizeof(BlockQ2_K) == 84 && sizeof(BlockQ3_K) == 110 && sizeof(BlockQ4_K) == 144);
static_assert(sizeof(BlockQ5_K) == 176 && sizeof(BlockQ6_K) == 210 && sizeof(BlockIQ4_NL) == 18 && sizeof(BlockIQ4_XS) == 136);

}  // namespace r1::quant
