// Products with quantized weights: rounding of the activations, and the panels of every format.
#include <cstddef>

#include "kernels/cpu/quant_panel.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

R1_INLINE int32_t LargestBits(const float* x, int64_t n) {
  I magnitudes = IntZero();
  for (int64_t i = 0; i < n; i += 16) magnitudes = MaxInt(magnitudes, AbsBits(Load(x + i)));
  return MaxOf(magnitudes);
}

// Rounding to eight bits under a scale of which `bits` is the largest magnitude.
struct Rounding {
  float scale, inverse;

  R1_INLINE Rounding Under(int32_t bits) {
    constexpr int32_t kSmallestMaximum = 0x0da24260;  // 1e-30f: 127 / maximum would overflow
    float maximum;
    std::memcpy(&maximum, &bits, sizeof maximum);
    if (bits < kSmallestMaximum) return {0.0f, 0.0f};
    return {maximum / 127.0f, 127.0f / maximum};
  }
  // Sixteen; their sum.
  R1_INLINE int32_t Round16(const Rounding& r, const float* x, int8_t* q) {
    const I rounded = ToInt(Round(Min(Max(Mul(Load(x), Set1(r.inverse)), Set1(-127.0f)), Set1(127.0f))));
    StoreInt8(q, rounded);
    return SumOf(rounded);
  }
};

void RoundGroup(const Rounding& rounding, const float* x, ActivationGroup* out) {
  const int32_t low = Rounding::Round16(rounding, x, out->q), sum = low + Rounding::Round16(rounding, x + 16, out->q + 16);
  out->scale = rounding.scale;
  out->scaled_sum = static_cast<float>(sum) * rounding.scale;
  out->minus_sum = -sum;
  out->minus_sum_low = -low;
}

void RoundSuperGroups(const Rounding& rounding, const float* x, SuperActivationGroup* out) {
  for (int g = 0; g < kSuperGroup / kQuantGroup; ++g, x += kQuantGroup) {
    int32_t sum = 0;
    for (int half = 0; half < 2; ++half) {
      const int32_t of_half = Rounding::Round16(rounding, x + 16 * half, out[g].q + 16 * half);
      out[g].minus_32_sums[half] = -32 * of_half;
      sum += of_half;
    }
    out[g].scale = rounding.scale;
    for (int i = g / 2 * 2; i < g / 2 * 2 + 2; ++i) out[i].pair_sums[g % 2] = static_cast<int16_t>(sum);
  }
}

void QuantizeRow(int64_t groups, int64_t span, const float* x, ActivationGroup* out) {
  for (const int64_t step = span / kQuantGroup; groups > 0; groups -= step, x += span, out += step) {
    const Rounding rounding = Rounding::Under(LargestBits(x, span));
    if (span == kSuperGroup)
      RoundSuperGroups(rounding, x, reinterpret_cast<SuperActivationGroup*>(out));
    else
      for (int64_t i = 0; i < step; ++i) RoundGroup(rounding, x + i * kQuantGroup, out + i);
  }
}

#define R1_EACH_FORMAT(M) \
  M(kQ8_0)                \
  M(kQ4_0) M(kQ4_1) M(kQ5_0) M(kQ5_1) M(kQ4_K) M(kQ5_K) M(kQ6_K) M(kBytes32) M(kBytes16) M(kBytes32Min) M(kBytes16Min) M(kInt8)

void QuantPanel(QuantFormat format, const QuantVisit& visit) {
  switch (format) {
#define R1_CASE(name) \
  case QuantFormat::name: return QuantPanelOf<QuantFormat::name>(visit);
    R1_EACH_FORMAT(R1_CASE)
#undef R1_CASE
  }
}

int64_t PeakInt8(int64_t rounds, float* sink) {
  constexpr int kChains = kQuantRows * kQuantVectors;
  I acc[kChains];
  R1_UNROLL for (int i = 0; i < kChains; ++i) acc[i] = IntZero();
  uint8_t bytes[64];
  for (uint8_t& byte : bytes) byte = 1;
  const B w = LoadBytes(bytes);
  I a = SetWord(bytes);
  for (int64_t r = 0; r < rounds; ++r) R1_UNROLL for (int i = 0; i < kChains; ++i) {
      acc[i] = Dot(acc[i], w, a);
      Keep(acc[i]);
    }
  R1_UNROLL for (int i = 1; i < kChains; ++i) acc[0] = SubInt(acc[0], acc[i]);
  *sink = Sum(ToFloat(acc[0]));
  return rounds * kChains * 128;
}

}  // namespace

const KernelTable kQuantTable = {
    .isa = R1_ISA_NAME,
    .quant_rows = kQuantRows,
    .quantize_row = QuantizeRow,
    .quant_panel = QuantPanel,
    .peak_int8 = PeakInt8,
};

}  // namespace r1::R1_ISA
