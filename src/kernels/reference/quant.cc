// Products with quantized weights, by definition. The activations are rounded to eight bits, 32 of them under one scale; within a
// group of k the product is a sum of integers, exact in any order; over the groups it is one chain of fused multiply-adds.
#include <bit>
#include <cmath>
#include <cstring>

#include "base/half.h"
#include "kernels/reference/lanes.h"
#include "kernels/reference/reference.h"

namespace r1::reference {
namespace {

constexpr float kSmallestMaximum = 1e-30f;  // a group below this is zeros: 127 / maximum would overflow

// One column of one block of a packed panel.
struct BlockColumn {
  QuantFormat format;
  QuantLayout layout;
  const uint8_t* block;
  int64_t col;

  float Float(int array) const { return Read<float>(128 * array + 4 * col); }
  float Half(int array) const { return HalfToFloat(Read<uint16_t>(HalvesAt() + 64 * array + 2 * col)); }
  uint8_t ScaleByte(int array) const { return block[ScalesAt() + 32 * array + col]; }
  uint8_t WordByte(int word, int byte) const { return block[ScalesAt() + 32 * layout.scales + 128 * word + 4 * col + byte]; }

  int64_t HalvesAt() const { return 128 * layout.floats; }
  int64_t ScalesAt() const { return HalvesAt() + 64 * layout.halves; }
  template <class T>
  T Read(int64_t at) const {
    T value;
    std::memcpy(&value, block + at, sizeof value);
    return value;
  }
};

uint8_t Nibble(uint8_t byte, bool high) { return high ? byte >> 4 : byte & 15; }

// q of element i of the block, before `zero` is taken off.
int Quant(const BlockColumn& c, int i) {
  const int byte = i % 4;
  switch (c.format) {
    case QuantFormat::kQ4_0:
    case QuantFormat::kQ4_1: return Nibble(c.WordByte(i / 4 % 4, byte), i >= 16);
    case QuantFormat::kQ5_0:
    case QuantFormat::kQ5_1: return Nibble(c.WordByte(i / 4 % 4, byte), i >= 16) | (c.WordByte(4, byte) >> (i / 4) & 1) << 4;
    case QuantFormat::kQ4_K: return Nibble(c.WordByte(i / 64 * 8 + i % 32 / 4, byte), i % 64 >= 32);
    case QuantFormat::kQ5_K:
      return Nibble(c.WordByte(8 + i / 64 * 8 + i % 32 / 4, byte), i % 64 >= 32) | (c.WordByte(i / 32, byte) >> (i % 32 / 4) & 1)
                                                                                       << 4;
    case QuantFormat::kQ6_K: {
      const int half = i / 128, quarter = i / 32 % 4, word = i % 32 / 4;
      return Nibble(c.WordByte(half * 16 + quarter % 2 * 8 + word, byte), quarter >= 2) |
             (c.WordByte(32 + half * 8 + word, byte) >> (2 * quarter) & 3) << 4;
    }
    default: return c.WordByte(i / 4, byte);
  }
}

// Of group g of the block; all products here are exact or rounded once.
float Scale(const BlockColumn& c, int g) {
  switch (c.format) {
    case QuantFormat::kQ4_K:
    case QuantFormat::kQ5_K: return c.Half(0) * static_cast<float>(c.ScaleByte(g));
    case QuantFormat::kQ6_K: return c.Half(0) * static_cast<float>(static_cast<int8_t>(c.ScaleByte(g)));
    default: return c.layout.floats > 0 ? c.Float(g) : c.Half(0);
  }
}

float Min(const BlockColumn& c, int g) {
  if (c.layout.scales > 0) return -c.Half(1) * static_cast<float>(c.ScaleByte(8 + g));
  return c.layout.floats > 0 ? c.Float(c.layout.floats / 2 + g) : c.Half(1);
}

// sum continued over one block of weights and its activations.
float AddBlock(const BlockColumn& c, const ActivationGroup* a, float sum) {
  for (int g = 0; g < c.layout.block / c.layout.group; ++g) {
    int32_t product = 0, q_sum = 0;
    for (int i = g * c.layout.group; i < (g + 1) * c.layout.group; ++i) {
      const int32_t q = a[i / kQuantGroup].q[i % kQuantGroup];
      product += (Quant(c, i) - c.layout.zero) * q;
      q_sum += q;
    }
    const float a_scale = a[g * c.layout.group / kQuantGroup].scale;
    sum = std::fma(static_cast<float>(product), Scale(c, g) * a_scale, sum);
    if (c.layout.min) sum = std::fma(Min(c, g), static_cast<float>(q_sum) * a_scale, sum);
  }
  return sum;
}

}  // namespace

void QuantizeRow(int64_t groups, bool wide, const float* x, ActivationGroup* out) {
  const int64_t span = wide ? kWideGroup / kQuantGroup : 1;
  for (int64_t g = 0; g < groups; ++g) {
    uint32_t bits = 0;  // of the largest magnitude: as integers NaN is above infinity and infinity above all numbers
    const float* begin = x + g / span * span * kQuantGroup;
    for (int64_t i = 0; i < span * kQuantGroup; ++i) {
      const uint32_t magnitude = std::bit_cast<uint32_t>(begin[i]) & 0x7fffffff;
      if (magnitude > bits) bits = magnitude;
    }
    const bool zeros = bits < std::bit_cast<uint32_t>(kSmallestMaximum);
    const float maximum = std::bit_cast<float>(bits), inverse = zeros ? 0.0f : 127.0f / maximum;
    out[g].scale = zeros ? 0.0f : maximum / 127.0f;
    int32_t sum = 0;
    for (int i = 0; i < kQuantGroup; ++i) {
      if (i == kQuantGroup / 2) out[g].minus_sum_low = -sum;
      out[g].q[i] =
          static_cast<int8_t>(std::rint(reference::Min(reference::Max(x[g * kQuantGroup + i] * inverse, -127.0f), 127.0f)));
      sum += out[g].q[i];
    }
    out[g].minus_sum = -sum;
    out[g].scaled_sum = static_cast<float>(sum) * out[g].scale;
  }
}

void QuantPanel(QuantFormat format, int64_t m, int64_t cols, int64_t blocks, const uint8_t* panel, const ActivationGroup* a,
                int64_t a_stride, float* c, int64_t ldc, bool accumulate, uint8_t*, const uint8_t*, int64_t) {
  const QuantLayout layout = LayoutOf(format);
  for (int64_t row = 0; row < m; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      float sum = accumulate ? c[row * ldc + col] : 0.0f;
      const ActivationGroup* group = a + row * a_stride;
      for (int64_t b = 0; b < blocks; ++b) {
        const BlockColumn block = {format, layout, panel + static_cast<size_t>(b) * layout.PanelBlockBytes(), col};
        sum = AddBlock(block, group, sum);
        group += layout.block / kQuantGroup;
      }
      c[row * ldc + col] = sum;
    }
}

int64_t PeakInt8(int64_t rounds, float* sink) {
  int32_t sum = 0;
  for (int64_t i = 0; i < rounds; ++i) sum = sum * 3 + 1;
  *sink = static_cast<float>(sum);
  return 2 * rounds;
}

}  // namespace r1::reference
