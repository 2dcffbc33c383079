// The register tile of the K formats: M rows of activations times NV vectors of sixteen columns, a block of 256 k at a time. Within
// a block there are integers only: sums over 16 or 32 k, each times its sub-scale; the sub-mins times the sums of the activations,
// two groups an instruction. A multiplication of floats for each of those groups would take as many slots of the multipliers as an
// eighth or a quarter of the dot products; this takes half of that.
#pragma once

#include "kernels/cpu/quant_formats.h"
#include "kernels/cpu/quant_rows.h"

namespace r1::R1_ISA {

// Where a tile's weights come from: out of their packed form; out of it, and left for the other rows, a byte a weight; or as left.
enum class SuperWords { kPacked, kLeaving, kLeft };

template <QuantFormat kFormat, int M, int NV, SuperWords kWords>
struct SuperTile {
  using F = Format<kFormat>;
  static constexpr int kSteps = kQuantGroup / 4 / F::kParts;  // of one sub-scale
  static constexpr int kGroups = kSuperGroup / kQuantGroup;

  ActivationRows<M> rows;
  uint8_t* left;  // the group's bytes

  // Where the integer sum of part kPart starts, so that it comes out as sum (q - zero) a.
  template <int kPart>
  R1_INLINE I Start(const SuperTile& t, int m) {
    static_assert(F::kLayout.zero == 0 || (F::kLayout.zero == 32 && F::kParts == 2));
    if constexpr (F::kLayout.zero == 0) return IntZero();
    return SetInt(At<int32_t>(t.rows, m, offsetof(SuperActivationGroup, minus_32_sums) + 4 * kPart));
  }

  template <int kSub, int kStep, int kEnd>
  R1_INLINE void Steps(const SuperTile& t, const uint8_t* block, int unit, int v0, I (&acc)[M][NV]) {
    if constexpr (kStep < kEnd) {
      B w[NV];
      R1_UNROLL for (int v = 0; v < NV; ++v) {
        const int at = 128 * kStep + 64 * (v0 + v);
        if constexpr (kWords == SuperWords::kLeft)
          w[v] = LoadBytes(t.left + at);
        else
          w[v] = F::template Word<kSub, kStep>(block, unit, v0 + v);
        KeepBytes(w[v]);
        if constexpr (kWords == SuperWords::kLeaving) StoreBytes(t.left + at, w[v]);
      }
      R1_UNROLL for (int m = 0; m < M; ++m) {
        const I a = SetWord(At<int8_t>(t.rows, m, 4 * kStep));
        R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = Dot(acc[m][v], w[v], a);
      }
      Steps<kSub, kStep + 1, kEnd>(t, block, unit, v0, acc);
    }
  }

  template <int kSub, int kPart>
  R1_INLINE void Parts(const SuperTile& t, const uint8_t* block, int unit, int v0, I (&total)[M][NV]) {
    if constexpr (kPart < F::kParts) {
      I acc[M][NV];
      R1_UNROLL for (int m = 0; m < M; ++m) {
        const I start = Start<kPart>(t, m);
        R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = start;
      }
      Steps<kSub, kPart * kSteps, (kPart + 1) * kSteps>(t, block, unit, v0, acc);
      I scale[NV];
      R1_UNROLL for (int v = 0; v < NV; ++v) scale[v] = F::SubScale(block, (unit * F::kSubs + kSub) * F::kParts + kPart, v0 + v);
      R1_UNROLL for (int m = 0; m < M; ++m) {
        R1_UNROLL for (int v = 0; v < NV; ++v) {
          total[m][v] = AddInt(total[m][v], MulInt(acc[m][v], scale[v]));
          Keep(total[m][v]);  // GCC would add two parts to each other first, and spill them
        }
      }
      ForgetLoads();
      Parts<kSub, kPart + 1>(t, block, unit, v0, total);
    }
  }

  template <int kSub>
  R1_INLINE void Subs(SuperTile& t, const uint8_t* block, int unit, int v0, QuantPrefetch& prefetch, I (&total)[M][NV]) {
    if constexpr (kSub < F::kSubs) {
      Parts<kSub, 0>(t, block, unit, v0, total);
      NextGroup(t.rows);
      if constexpr (kWords != SuperWords::kPacked) t.left += ExpandedBytes(kFormat);
      Ask(prefetch);
      Subs<kSub + 1>(t, block, unit, v0, prefetch, total);
    }
  }

  // NV vectors of each of M rows.
  struct Sums {
    float* data;
    int64_t stride;
    R1_INLINE float* At(const Sums& s, int m, int v) { return s.data + m * s.stride + 16 * v; }
  };

  // to = (begin ? 0 : from) continued by a block, whose groups of activations lie behind t.rows now.
  R1_INLINE void AddBlock(const SuperTile& t, const uint8_t* block, int v0, const I (&total)[M][NV], bool begin, Sums from,
                          Sums to) {
    constexpr int64_t kBehind = -static_cast<int64_t>(kGroups * sizeof(SuperActivationGroup));
    R1_UNROLL for (int v = 0; v < NV; ++v) {
      const V scale = F::Scale(block, 0, v0 + v);
      [[maybe_unused]] V minus_min;
      [[maybe_unused]] I mins[kGroups / 2];
      if constexpr (F::kLayout.min) {
        minus_min = Negate(F::Min(block, 0, v0 + v));
        R1_UNROLL for (int p = 0; p < kGroups / 2; ++p) mins[p] = F::SubMins(block, p, v0 + v);
      }
      R1_UNROLL for (int m = 0; m < M; ++m) {
        const V a_scale = Set1(*At<float>(t.rows, m, kBehind + static_cast<int64_t>(offsetof(SuperActivationGroup, scale))));
        V value;
        if constexpr (F::kLayout.min) {
          I sum = IntZero();
          R1_UNROLL for (int p = 0; p < kGroups / 2; ++p) {
            constexpr auto kPair = static_cast<int64_t>(2 * sizeof(SuperActivationGroup));
            sum = DotPairs(sum, mins[p],
                           SetWord(At<int16_t>(
                               t.rows, m, kBehind + p * kPair + static_cast<int64_t>(offsetof(SuperActivationGroup, pair_sums)))));
          }
          value = Fma(ToFloat(total[m][v]), scale, Mul(ToFloat(sum), minus_min));
        } else {
          value = Mul(ToFloat(total[m][v]), scale);
        }
        Store(Sums::At(to, m, v), Fma(value, a_scale, begin ? Zero() : Load(Sums::At(from, m, v))));
      }
    }
  }

  // y is asked for here, read a block later, and written at the end: between blocks the sums are near, where no other row's evict
  // them.
  R1_INLINE void Blocks(const TileVisit& visit, Sums y) {
    alignas(64) float between[M * NV * 16];
    const Sums near = {between, NV * 16};
    R1_UNROLL for (int m = 0; m < M; ++m) R1_UNROLL for (int v = 0; v < NV; ++v) __builtin_prefetch(Sums::At(y, m, v), 1, 3);
    const int v0 = FirstVector(visit.v0);
    const int64_t blocks = visit.blocks;
    const bool accumulate = visit.accumulate;
    const uint8_t* panel = visit.panel;
    QuantPrefetch prefetch = visit.prefetch;
    SuperTile t;
    t.left = visit.left;
    t.rows = RowsOf<M>(visit.a, visit.a_stride);
    for (int64_t b = 0; b < blocks; ++b, panel += F::kBytes) {
      I total[M][NV];
      R1_UNROLL for (int m = 0; m < M; ++m) R1_UNROLL for (int v = 0; v < NV; ++v) total[m][v] = IntZero();
      for (int unit = 0; unit < F::kUnits; ++unit) Subs<0>(t, panel, unit, v0, prefetch, total);
      AddBlock(t, panel, v0, total, b == 0 && !accumulate, b == 0 ? y : near, b + 1 == blocks ? y : near);
    }
  }

  R1_INLINE void Run(const TileVisit& visit) {
    constexpr int64_t kCols = 16 * NV;
    float edge[M * kCols];
    float* const c = visit.c;
    const int64_t cols = visit.cols, ldc = visit.ldc;
    const bool whole = cols >= kCols;
    if (!whole && visit.accumulate)
      for (int64_t m = 0; m < M; ++m)
        for (int64_t i = 0; i < kCols; ++i) edge[m * kCols + i] = i < cols ? c[m * ldc + i] : 0.0f;
    Blocks(visit, whole ? Sums{c, ldc} : Sums{edge, kCols});
    if (!whole)
      for (int64_t m = 0; m < M; ++m)
        for (int64_t i = 0; i < cols; ++i) c[m * ldc + i] = edge[m * kCols + i];
  }
};

template <QuantFormat kFormat, SuperWords kWords>
struct SuperTileOf {
  template <int M>
  struct Rows {
    static void Run(const TileVisit* visit) { SuperTile<kFormat, M, kQuantVectors, kWords>::Run(*visit); }
  };
};

}  // namespace r1::R1_ISA
