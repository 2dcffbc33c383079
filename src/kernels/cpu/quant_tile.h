// The register tile of a product with quantized weights: M rows of activations times NV vectors of sixteen columns. Sums over a
// group are integers, exact; every y is one chain of fused multiply-adds over the groups.
#pragma once

#include "kernels/cpu/quant_formats.h"
#include "kernels/cpu/tile.h"

namespace r1::R1_ISA {

// What to ask the memory for meanwhile: `lines` cache lines a group, from `next` on.
struct QuantPrefetch {
  const uint8_t* next;
  int64_t lines;
};

// Loads after this read memory again. Otherwise GCC keeps the vectors of which one nibble has been used for the other one, more
// than there are registers, and spills the sums.
R1_INLINE void ForgetLoads() { asm volatile("" ::: "memory"); }

constexpr int Log2(int x) { return x <= 1 ? 0 : 1 + Log2(x / 2); }

// kLeave: the weights are left at `left` as ExpandedFormat(kFormat), for the other rows: the ports that take bytes apart and the
// one that stores are idle in a product, so this costs less than a pass of its own.
template <QuantFormat kFormat, int M, int NV, bool kLeave = false>
struct QuantTile {
  using F = Format<kFormat>;
  using Left = Format<ExpandedFormat(kFormat)>;
  static constexpr int kSteps = kQuantGroup / 4 / F::kParts;  // of one scale

  V y[M][NV];
  RowPointers<M, char> rows;  // the activation group of each row
  int64_t stride;             // bytes from one row to the next
  uint8_t* left;              // the group's block

  R1_INLINE const char* Row(const QuantTile& t, int m) { return t.rows.four[m / 4] + m % 4 * t.stride; }
  template <class T>
  R1_INLINE const T* At(const QuantTile& t, int m, size_t offset) {
    return reinterpret_cast<const T*>(Row(t, m) + offset);
  }

  // Where the integer sum of part kPart starts, so that it comes out as sum (q - zero) a.
  template <int kPart>
  R1_INLINE I Start(const QuantTile& t, int m) {
    if constexpr (F::kLayout.zero == 0) return IntZero();
    I minus_sum = SetInt(At<int32_t>(
        t, m, F::kParts == 2 && kPart == 0 ? offsetof(ActivationGroup, minus_sum_low) : offsetof(ActivationGroup, minus_sum)));
    if constexpr (kPart == 1) minus_sum = SubInt(minus_sum, SetInt(At<int32_t>(t, m, offsetof(ActivationGroup, minus_sum_low))));
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
          const I a = SetWord(At<int8_t>(t, m, 4 * kStep));
          R1_UNROLL for (int v = 0; v < NV; ++v) acc[m][v] = DotSigned(acc[m][v], s[v], a);
        }
      } else {
        R1_UNROLL for (int m = 0; m < M; ++m) {
          const I a = SetWord(At<int8_t>(t, m, 4 * kStep));
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
      const V a_scale = Set1(*At<float>(t, m, offsetof(ActivationGroup, scale)));
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
    if constexpr (F::kParts == 1) return Set1(*At<float>(t, m, offsetof(ActivationGroup, scaled_sum)));
    const int32_t low = -*At<int32_t>(t, m, offsetof(ActivationGroup, minus_sum_low)),
                  all = -*At<int32_t>(t, m, offsetof(ActivationGroup, minus_sum));
    return Set1(static_cast<float>(kPart == 0 ? low : all - low) * *At<float>(t, m, offsetof(ActivationGroup, scale)));
  }

  // To the next group of activations; a few lines of the next weights are asked for.
  R1_INLINE void Advance(QuantTile& t, QuantPrefetch& prefetch) {
    R1_UNROLL for (int i = 0; i < (M + 3) / 4; ++i) t.rows.four[i] += sizeof(ActivationGroup);
    if constexpr (kLeave) t.left += Left::kBytes;
    for (int64_t i = 0; i < prefetch.lines; ++i, prefetch.next += 64) __builtin_prefetch(prefetch.next, 0, 2);
  }

  // Four groups of activations under one scale of theirs and of the weights.
  template <int kSub>
  R1_INLINE void WideSubs(QuantTile& t, const uint8_t* block, int v0, QuantPrefetch& prefetch, I (&acc)[M][NV]) {
    if constexpr (kSub == 0) {
      R1_UNROLL for (int m = 0; m < M; ++m) {
        I minus_sum = IntZero();
        for (size_t g = 0; g < 4; ++g)
          minus_sum =
              AddInt(minus_sum, SetInt(At<int32_t>(t, m, g * sizeof(ActivationGroup) + offsetof(ActivationGroup, minus_sum))));
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

  // Columns 16 v0 .. 16 (v0 + NV) of the panel, of which `cols` are wanted; c points at the first.
  R1_INLINE void Run(int64_t blocks, const uint8_t* panel, int v0, int64_t cols, const ActivationGroup* a, int64_t a_stride,
                     float* c, int64_t ldc, bool accumulate, uint8_t* left, QuantPrefetch prefetch) {
    QuantTile t;
    t.left = left;
    t.stride = a_stride * static_cast<int64_t>(sizeof(ActivationGroup));
    t.rows = PointToRows<M>(reinterpret_cast<const char*>(a), t.stride);
    R1_UNROLL for (int m = 0; m < M; ++m) R1_UNROLL for (int v = 0; v < NV; ++v) {
      const int64_t width = cols - 16 * v;
      const float* from = c + m * ldc + 16 * v;
      t.y[m][v] = !accumulate || width <= 0 ? Zero() : width >= 16 ? Load(from) : LoadFirst(from, width);
    }
    for (int64_t b = 0; b < blocks; ++b, panel += F::kBytes)
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
    static void Run(int64_t blocks, const uint8_t* panel, int v0, int64_t cols, const ActivationGroup* a, int64_t a_stride,
                    float* c, int64_t ldc, bool accumulate, uint8_t* left, QuantPrefetch prefetch) {
      QuantTile<kFormat, M, kQuantVectors, kLeave>::Run(blocks, panel, v0, cols, a, a_stride, c, ldc, accumulate, left, prefetch);
    }
  };
};

// scratch: where the first of several tiles leaves the panel taken apart.
template <QuantFormat kFormat>
void QuantPanelOf(int64_t m, int64_t cols, int64_t blocks, const uint8_t* panel, const ActivationGroup* a, int64_t a_stride,
                  float* c, int64_t ldc, bool accumulate, uint8_t* scratch, const uint8_t* next, int64_t next_bytes) {
  const int64_t tiles = (m + kQuantRows - 1) / kQuantRows, groups = blocks * (LayoutOf(kFormat).block / kQuantGroup);
  QuantPrefetch prefetch = {next, next_bytes > 0 ? (next_bytes / 64 + tiles * groups - 1) / (tiles * groups) : 0};
  for (int v0 = 0; v0 < 2; v0 += kQuantVectors) {
    if (cols <= 16 * v0) return;
    const ActivationGroup* rows = a;
    float* out = c + 16 * v0;
    // Rows are dealt out evenly: a tile of one or two has too little to do beside its loads.
    int64_t to_go = m;
    for (int64_t tile = tiles; tile > 0; --tile) {
      const int64_t count = (to_go + tile - 1) / tile;
      const auto run = [&]<class Tiles, int kFewest = 1>(Tiles, int64_t tile_blocks, const uint8_t* tile_panel) {
        WithRows<Tiles::template Rows, kQuantRows, kFewest>(count, tile_blocks, tile_panel, v0, cols - 16 * v0, rows, a_stride, out,
                                                            ldc, accumulate, scratch, prefetch);
      };
      if (HoldsBytes(kFormat) || tiles == 1) {
        run(QuantTileOf<kFormat>(), blocks, panel);
      } else if constexpr (!HoldsBytes(kFormat)) {
        if (tile == tiles)
          run.template operator()<QuantTileOf<kFormat, true>, kQuantRows / 2 + 1>({}, blocks, panel);
        else
          run(QuantTileOf<ExpandedFormat(kFormat)>(), groups, scratch);
      }
      prefetch.next += prefetch.lines * groups * 64;
      rows += count * a_stride;
      out += count * ldc;
      to_go -= count;
    }
    prefetch.lines = 0;
  }
}

}  // namespace r1::R1_ISA
