// The register tile of products with quantized weights, but for the K formats: M rows of activations times NV vectors of sixteen
// columns. Sums over a group are integers, exact; every y is one chain of fused multiply-adds over the groups.
#pragma once

#include "kernels/cpu/quant_formats.h"
#include "kernels/cpu/quant_rows.h"

namespace r1::R1_ISA {

// kLeave: the weights are left at `left` as ExpandedFormat(kFormat), for the other rows: the ports that take bytes apart and the
// one that stores are idle in a product, so this costs less than a pass of its own.
template <QuantFormat kFormat, int M, int NV, bool kLeave = false>
struct QuantTile {
  using F = Format<kFormat>;
  using Left = Format<ExpandedFormat(kFormat)>;
  static constexpr int kSteps = kQuantGroup / 4 / F::kParts;  // of one scale

  V y[M][NV];
  ActivationRows<M> rows;
  uint8_t* left;  // the group's block

  // Where the integer sum of part kPart starts, so that it comes out as sum (q - zero) a.
  template <int kPart>
  R1_INLINE I Start(const QuantTile& t, int m) {
    if constexpr (F::kLayout.zero == 0) return IntZero();
    I minus_sum = SetInt(At<int32_t>(
        t.rows, m, F::kParts == 2 && kPart == 0 ? offsetof(ActivationGroup, minus_sum_low) : offsetof(ActivationGroup, minus_sum)));
    if constexpr (kPart == 1)
      minus_sum = SubInt(minus_sum, SetInt(At<int32_t>(t.rows, m, offsetof(ActivationGroup, minus_sum_low))));
    return F::kSigned ? StartSigned(minus_sum) : ShiftLeft<Log2(F::kLayout.zero)>(minus_sum);
  }

  template <int kStep>
  R1_INLINE void LeaveWord(const QuantTile& t, int v, B word) {
    constexpr int kRaise = Left::kLayout.zero - F::kLayout.zero;
    if constexpr (kLeave) StoreBytes(t.left + Left::kWordsAt + 128 * kStep + 64 * v, kRaise == 0 ? word : AddToBytes<kRaise>(word));
  }
  // `array` counts the floats of a group: its scales, then its minima.
  R1_INLINE void LeaveScales(const QuantTile& t, int array, int v0, const V (&scale)[NV]) {
    if constexpr (kLeave) {
      R1_UNROLL for (int v = 0; v < NV; ++v) Store(reinterpret_cast<float*>(t.left + 128 * array + 64 * (v0 + v)), scale[v]);
    }
  }

  template <int kSub, int kStep, int kEnd>
  R1_INLINE void Steps(const QuantTile& t, const uint8_t* block, int unit, int v0, I (&acc)[M][NV]) {
    if constexpr (kStep < kEnd) {
      B w[NV];
      R1_UNROLL for (int v = 0; v < NV; ++v) {
        w[v] = F::template Word<kSub, kStep>(block, unit, v0 + v);
        KeepBytes(w[v]);
        LeaveWord<kStep>(t, v0 + v, w[v]);
      }
      if constexpr (F::kSigned) {
        Signed s[NV];
        R1_UNROLL for (int v = 0; v < NV; ++v) s[v] = SplitBytes(w[v]);
        R1_UNROLL for (int m = 0; m < M; ++m) {
          const I a = SetWord(At<int8_t>(t.rows, m, 4 * kStep));
          R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = DotSigned(acc[m][v], s[v], a);
        }
      } else {
        R1_UNROLL for (int m = 0; m < M; ++m) {
          const I a = SetWord(At<int8_t>(t.rows, m, 4 * kStep));
          R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = Dot(acc[m][v], w[v], a);
        }
      }
      if constexpr (F::kLayout.block == 32 && kStep == 3 && !F::kSigned) ForgetLoads();
      Steps<kSub, kStep + 1, kEnd>(t, block, unit, v0, acc);
    }
  }

  // y continued by the sums of one group.
  R1_INLINE void AddSums(QuantTile& t, const V (&scale)[NV], const I (&acc)[M][NV]) {
    R1_UNROLL for (int m = 0; m < M; ++m) {
      const V a_scale = Set1(*At<float>(t.rows, m, offsetof(ActivationGroup, scale)));
      R1_UNROLL for (int v = 0; v < NV; ++v) t.y[m][v] = Fma(ToFloat(acc[m][v]), Mul(scale[v], a_scale), t.y[m][v]);
    }
  }

  template <int kSub, int kPart>
  R1_INLINE void Parts(QuantTile& t, const uint8_t* block, int unit, int v0) {
    if constexpr (kPart < F::kParts) {
      I acc[M][NV];
      R1_UNROLL for (int m = 0; m < M; ++m) {
        const I start = Start<kPart>(t, m);
        R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = start;
      }
      Steps<kSub, kPart * kSteps, (kPart + 1) * kSteps>(t, block, unit, v0, acc);
      const int g = (unit * F::kSubs + kSub) * F::kParts + kPart;
      V scale[NV];
      R1_UNROLL for (int v = 0; v < NV; ++v) scale[v] = F::Scale(block, g, v0 + v);
      LeaveScales(t, kPart, v0, scale);
      AddSums(t, scale, acc);
      if constexpr (F::kLayout.min) {
        R1_UNROLL for (int v = 0; v < NV; ++v) scale[v] = F::Min(block, g, v0 + v);
        LeaveScales(t, F::kParts + kPart, v0, scale);
        R1_UNROLL for (int m = 0; m < M; ++m) {
          const V a_sum = ScaledSum<kPart>(t, m);
          R1_UNROLL for (int v = 0; v < NV; ++v) t.y[m][v] = Fma(scale[v], a_sum, t.y[m][v]);
        }
      }
      Parts<kSub, kPart + 1>(t, block, unit, v0);
    }
  }

  template <int kPart>
  R1_INLINE V ScaledSum(const QuantTile& t, int m) {
    if constexpr (F::kParts == 1) return Set1(*At<float>(t.rows, m, offsetof(ActivationGroup, scaled_sum)));
    const int32_t low = -*At<int32_t>(t.rows, m, offsetof(ActivationGroup, minus_sum_low)),
                  all = -*At<int32_t>(t.rows, m, offsetof(ActivationGroup, minus_sum));
    return Set1(static_cast<float>(kPart == 0 ? low : all - low) * *At<float>(t.rows, m, offsetof(ActivationGroup, scale)));
  }

  // To the next group of activations; a few lines of the next weights are asked for.
  R1_INLINE void Advance(QuantTile& t, QuantPrefetch& prefetch) {
    NextGroup(t.rows);
    if constexpr (kLeave) t.left += Left::kBytes;
    Ask(prefetch);
  }

  // Four groups of activations under one scale of theirs and of the weights.
  template <int kSub>
  R1_INLINE void WideSubs(QuantTile& t, const uint8_t* block, int v0, QuantPrefetch& prefetch, I (&acc)[M][NV]) {
    if constexpr (kSub == 0) {
      R1_UNROLL for (int m = 0; m < M; ++m) {
        I minus_sum = IntZero();
        for (size_t g = 0; g < 4; ++g)
          minus_sum =
              AddInt(minus_sum, SetInt(At<int32_t>(t.rows, m, g * sizeof(ActivationGroup) + offsetof(ActivationGroup, minus_sum))));
        R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = StartSigned(minus_sum);
      }
    }
    Steps<kSub, 0, 8>(t, block, 0, v0, acc);
    if constexpr (kSub == 3) {
      V scale[NV];
      R1_UNROLL for (int v = 0; v < NV; ++v) scale[v] = F::Scale(block, 0, v0 + v);
      AddSums(t, scale, acc);
    }
    Advance(t, prefetch);
    if constexpr (kSub < 3) WideSubs<kSub + 1>(t, block, v0, prefetch, acc);
  }

  template <int kSub>
  R1_INLINE void Subs(QuantTile& t, const uint8_t* block, int unit, int v0, QuantPrefetch& prefetch) {
    if constexpr (kSub < F::kSubs) {
      Parts<kSub, 0>(t, block, unit, v0);
      Advance(t, prefetch);
      ForgetLoads();
      Subs<kSub + 1>(t, block, unit, v0, prefetch);
    }
  }

  R1_INLINE void Run(const TileVisit& visit) {
    const int v0 = FirstVector(visit.v0);
    const int64_t cols = visit.cols, ldc = visit.ldc;
    float* const c = visit.c;
    QuantPrefetch prefetch = visit.prefetch;
    QuantTile t;
    t.left = visit.left;
    t.rows = RowsOf<M>(visit.a, visit.a_stride);
    R1_UNROLL for (int m = 0; m < M; ++m) R1_UNROLL for (int v = 0; v < NV; ++v) {
      const int64_t width = cols - 16 * v;
      const float* from = c + m * ldc + 16 * v;
      t.y[m][v] = !visit.accumulate || width <= 0 ? Zero() : width >= 16 ? Load(from) : LoadFirst(from, width);
    }
    const uint8_t* panel = visit.panel;
    for (int64_t b = visit.blocks; b > 0; --b, panel += F::kBytes)
      for (int unit = 0; unit < F::kUnits; ++unit)
        if constexpr (F::kWide) {
          I acc[M][NV];
          WideSubs<0>(t, panel, v0, prefetch, acc);
        } else {
          Subs<0>(t, panel, unit, v0, prefetch);
        }
    R1_UNROLL for (int m = 0; m < M; ++m) R1_UNROLL for (int v = 0; v < NV; ++v) {
      const int64_t width = cols - 16 * v;
      if (width >= 16)
        Store(c + m * ldc + 16 * v, t.y[m][v]);
      else if (width > 0)
        StoreFirst(c + m * ldc + 16 * v, t.y[m][v], width);
    }
  }
};

template <QuantFormat kFormat, bool kLeave = false>
struct QuantTileOf {
  template <int M>
  struct Rows {
    static void Run(const TileVisit* visit) { QuantTile<kFormat, M, kQuantVectors, kLeave>::Run(*visit); }
  };
};

}  // namespace r1::R1_ISA
