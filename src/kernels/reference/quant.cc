// Products with quantized weights, by definition. The activations are rounded to eight bits, 32, 128 or 256 of them under one
// scale; within a group of k, or a block of the K formats, the product is a sum of integers, exact in any order; over the groups or
// blocks it is one chain of fused multiply-adds.
#include <algorithm>
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
  int SubScale(int g) const {
    const uint8_t byte = block[ScalesAt() + 32 * g + col];
    return format == QuantFormat::kQ6_K ? static_cast<int8_t>(byte) : byte;
  }
  int SubMin(int g) const { return block[ScalesAt() + 32 * 8 + 64 * (g / 2) + 2 * col + g % 2]; }
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

float Scale(const BlockColumn& c, int g) { return c.layout.floats > 0 ? c.Float(g) : c.Half(0); }
float Min(const BlockColumn& c, int g) { return c.layout.floats > 0 ? c.Float(c.layout.floats / 2 + g) : c.Half(1); }

// sum continued over one block of a K format: two sums of integers, with the sub-scales and with the sub-mins, then floats. The
// largest there can be, Q6_K's 256 * 127 * 32 * 128, has 27 bits.
float AddSuperBlock(const BlockColumn& c, const ActivationGroup* a, float sum) {
  int32_t products = 0, mins = 0;
  for (int i = 0; i < kSuperGroup; ++i) {
    const int32_t q = a[i / kQuantGroup].q[i % kQuantGroup];
    products += (Quant(c, i) - c.layout.zero) * q * c.SubScale(i / c.layout.group);
    if (c.layout.min) mins += q * c.SubMin(i / c.layout.group);
  }
  if (!c.layout.min) return std::fma(static_cast<float>(products) * c.Half(0), a->scale, sum);
  const float value = std::fma(static_cast<float>(products), c.Half(0), -(static_cast<float>(mins) * c.Half(1)));
  return std::fma(value, a->scale, sum);
}

// The same for all others.
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

// Of the largest magnitude: as integers NaN is above infinity and infinity above all numbers.
uint32_t LargestBits(const float* x, int64_t n) {
  uint32_t bits = 0;
  for (int64_t i = 0; i < n; ++i) bits = std::max(bits, std::bit_cast<uint32_t>(x[i]) & 0x7fffffff);
  return bits;
}

}  // namespace

void QuantizeRow(int64_t groups, int64_t span, const float* x, ActivationGroup* out) {
  for (int64_t g = 0; g < groups; ++g) {
    const uint32_t bits = LargestBits(x + g * kQuantGroup / span * span, span);
    const bool zeros = bits < std::bit_cast<uint32_t>(kSmallestMaximum);
    const float maximum = std::bit_cast<float>(bits), inverse = zeros ? 0.0f : 127.0f / maximum;
    out[g].scale = zeros ? 0.0f : maximum / 127.0f;
    int32_t sums[2] = {};  // of the halves
    for (int i = 0; i < kQuantGroup; ++i) {
      out[g].q[i] =
          static_cast<int8_t>(std::rint(reference::Min(reference::Max(x[g * kQuantGroup + i] * inverse, -127.0f), 127.0f)));
      sums[i / (kQuantGroup / 2)] += out[g].q[i];
    }
    if (span == kSuperGroup) {
      auto* super = reinterpret_cast<SuperActivationGroup*>(out);
      for (int half = 0; half < 2; ++half) super[g].minus_32_sums[half] = -32 * sums[half];
      for (int64_t i = g / 2 * 2; i < g / 2 * 2 + 2; ++i) super[i].pair_sums[g % 2] = static_cast<int16_t>(sums[0] + sums[1]);
    } else {
      out[g].minus_sum = -(sums[0] + sums[1]);
      out[g].minus_sum_low = -sums[0];
      out[g].scaled_sum = static_cast<float>(sums[0] + sums[1]) * out[g].scale;
    }
  }
}

void QuantPanel(QuantFormat format, const QuantVisit& visit) {
  const QuantLayout layout = LayoutOf(format);
  for (int64_t row = 0; row < visit.m; ++row)
    for (int64_t col = 0; col < visit.cols; ++col) {
      float& c = visit.c[row * visit.ldc + col];
      float sum = visit.accumulate ? c : 0.0f;
      const ActivationGroup* group = visit.a + row * visit.a_stride;
      for (int64_t b = 0; b < visit.blocks; ++b) {
        const BlockColumn block = {format, layout, visit.panel + static_cast<size_t>(b) * layout.PanelBlockBytes(), col};
        sum = HasSubScales(format) ? AddSuperBlock(block, group, sum) : AddBlock(block, group, sum);
        group += layout.block / kQuantGroup;
      }
      c = sum;
    }
}

int64_t PeakInt8(int64_t rounds, float* sink) {
  int32_t sum = 0;
  for (int64_t i = 0; i < rounds; ++i) sum = sum * 3 + 1;
  *sink = static_cast<float>(sum);
  return 2 * rounds;
}

}  // namespace r1::reference
