// Products with quantized weights: rounding of the activations, and the panels of every format.
#include <cstddef>

#include "kernels/cpu/quant_tile.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

// 32 activations under a scale of which `bits` is the largest magnitude.
R1_INLINE void QuantizeGroup(const float* x, int32_t bits, ActivationGroup* out) {
  constexpr int32_t kSmallestMaximum = 0x0da24260;  // 1e-30f: 127 / maximum would overflow
  const bool zeros = bits < kSmallestMaximum;
  float maximum;
  std::memcpy(&maximum, &bits, sizeof maximum);
  const V inverse = Set1(zeros ? 0.0f : 127.0f / maximum);
  const auto rounded = [&](V v) { return ToInt(Round(Min(Max(Mul(v, inverse), Set1(-127.0f)), Set1(127.0f)))); };
  const I low = rounded(Load(x)), high = rounded(Load(x + 16));
  StoreInt8(out->q, low);
  StoreInt8(out->q + 16, high);
  const int32_t sum_low = SumOf(low), sum = sum_low + SumOf(high);
  out->scale = zeros ? 0.0f : maximum / 127.0f;
  out->scaled_sum = static_cast<float>(sum) * out->scale;
  out->minus_sum = -sum;
  out->minus_sum_low = -sum_low;
}

void QuantizeRow(int64_t groups, bool wide, const float* x, ActivationGroup* out) {
  const int64_t span = wide ? kWideGroup / kQuantGroup : 1;
  for (int64_t g = 0; g < groups; g += span, x += span * kQuantGroup, out += span) {
    I magnitudes = IntZero();
    for (int64_t i = 0; i < span * kQuantGroup; i += 16) magnitudes = MaxInt(magnitudes, AbsBits(Load(x + i)));
    const int32_t bits = MaxOf(magnitudes);
    for (int64_t i = 0; i < span; ++i) QuantizeGroup(x + i * kQuantGroup, bits, out + i);
  }
}

#define R1_EACH_FORMAT(M) \
  M(kQ8_0)                \
  M(kQ4_0) M(kQ4_1) M(kQ5_0) M(kQ5_1) M(kQ4_K) M(kQ5_K) M(kQ6_K) M(kBytes32) M(kBytes16) M(kBytes32Min) M(kBytes16Min) M(kInt8)

void QuantPanel(QuantFormat format, int64_t m, int64_t cols, int64_t blocks, const uint8_t* panel, const ActivationGroup* a,
                int64_t a_stride, float* c, int64_t ldc, bool accumulate, uint8_t* scratch, const uint8_t* next,
                int64_t next_bytes) {
  switch (format) {
#define R1_CASE(name)     \
  case QuantFormat::name: \
    return QuantPanelOf<QuantFormat::name>(m, cols, blocks, panel, a, a_stride, c, ldc, accumulate, scratch, next, next_bytes);
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
