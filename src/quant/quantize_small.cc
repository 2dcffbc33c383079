// Blocks of 32: the largest element, or the smallest and the largest, set the scale. Arithmetic and its order are those of the
// reference quantizers, so that a file quantized here and one quantized by llama.cpp have the same bytes.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/half.h"
#include "quant/quantize_blocks.h"

namespace r1::quant {
namespace {

struct Affine {
  float scale, inverse;
  float min = 0;
};

// 0 where there is none in f32: all digits are those of zero then.
float Inverse(float scale) { return std::abs(scale) > 1e-37f ? 1 / scale : 0; }

// Signed: the element of largest magnitude becomes the most negative digit, -levels.
Affine SignedScale(const float* x, int levels) {
  float largest = 0;
  for (int i = 0; i < kSmallBlock; ++i)
    if (std::abs(x[i]) > std::abs(largest)) largest = x[i];
  const float scale = largest / static_cast<float>(-levels);
  return {scale, Inverse(scale)};
}

// From the smallest element to the largest in `steps` steps.
Affine RangeScale(const float* x, int steps) {
  const auto [min, max] = std::minmax_element(x, x + kSmallBlock);
  const float scale = (*max - *min) / static_cast<float>(steps);
  return {scale, Inverse(scale), *min};
}

// The digit of x, from 0: `offset` is the digit of zero and a half for rounding.
int Digit(float x, const Affine& affine, float offset, int largest) {
  return std::min(largest, static_cast<int>((x - affine.min) * affine.inverse + offset));
}

// Nearest, halves away from zero; x is small.
int RoundAway(float x) {
  const int whole = static_cast<int>(x);
  const float rest = x - static_cast<float>(whole);
  return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

void PackDigits(const uint8_t q[kSmallBlock], uint8_t qs[16], uint8_t* qh) {
  uint32_t fifth = 0;
  for (int i = 0; i < 16; ++i) {
    qs[i] = static_cast<uint8_t>((q[i] & 15) | (q[i + 16] & 15) << 4);
    fifth |= static_cast<uint32_t>(q[i] >> 4) << i | static_cast<uint32_t>(q[i + 16] >> 4) << (i + 16);
  }
  if (qh != nullptr) std::memcpy(qh, &fifth, sizeof(fifth));
}

void Digits(const float* x, const Affine& affine, float offset, int largest, uint8_t* qs, uint8_t* qh) {
  uint8_t q[kSmallBlock];
  for (int i = 0; i < kSmallBlock; ++i) q[i] = static_cast<uint8_t>(Digit(x[i], affine, offset, largest));
  PackDigits(q, qs, qh);
}

}  // namespace

void QuantizeBlock(const float* x, BlockQ4_0& block) {
  const Affine affine = SignedScale(x, 8);
  block.d = FloatToHalf(affine.scale);
  Digits(x, affine, 8.5f, 15, block.qs, nullptr);
}

void QuantizeBlock(const float* x, BlockQ4_1& block) {
  const Affine affine = RangeScale(x, 15);
  block.d = FloatToHalf(affine.scale);
  block.m = FloatToHalf(affine.min);
  Digits(x, affine, 0.5f, 15, block.qs, nullptr);
}

void QuantizeBlock(const float* x, BlockQ5_0& block) {
  const Affine affine = SignedScale(x, 16);
  block.d = FloatToHalf(affine.scale);
  Digits(x, affine, 16.5f, 31, block.qs, block.qh);
}

void QuantizeBlock(const float* x, BlockQ5_1& block) {
  const Affine affine = RangeScale(x, 31);
  block.d = FloatToHalf(affine.scale);
  block.m = FloatToHalf(affine.min);
  Digits(x, affine, 0.5f, 31, block.qs, block.qh);
}

void QuantizeBlock(const float* x, BlockQ8_0& block) {
  float largest = 0;
  for (int i = 0; i < kSmallBlock; ++i) largest = std::max(largest, std::abs(x[i]));
  const float scale = largest / 127, inverse = Inverse(scale);
  block.d = FloatToHalf(scale);
  for (int i = 0; i < kSmallBlock; ++i) block.qs[i] = static_cast<int8_t>(RoundAway(x[i] * inverse));
}

}  // namespace r1::quant
