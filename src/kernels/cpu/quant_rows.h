// What the register tiles of quantized products share: rows of activation groups, and asking for memory meanwhile.
#pragma once

#include "kernels/cpu/quant_simd.h"
#include "kernels/cpu/tile.h"
#include "kernels/quant_layout.h"

namespace r1::R1_ISA {

// What to ask the memory for: `lines` cache lines a group, from `next` on.
struct QuantPrefetch {
  const uint8_t* next;
  int64_t lines;
};
R1_INLINE void Ask(QuantPrefetch& prefetch) {
  for (int64_t i = 0; i < prefetch.lines; ++i, prefetch.next += 64) __builtin_prefetch(prefetch.next, 0, 2);
}

// What one tile computes: columns 16 v0 .. of a panel, of which `cols` are wanted.
struct TileVisit {
  int64_t blocks;
  const uint8_t* panel;
  int v0;
  int64_t cols;
  const ActivationGroup* a;  // of the tile's first row
  int64_t a_stride;
  float* c;  // the tile's first row and column
  int64_t ldc;
  bool accumulate;
  uint8_t* left;  // where the first of several tiles leaves the panel taken apart, and the others find it
  QuantPrefetch prefetch;
};

// Loads after this read memory again. Otherwise GCC keeps the vectors of which one nibble has been used for the other one, more
// than there are registers, and spills the sums.
R1_INLINE void ForgetLoads() { asm volatile("" ::: "memory"); }

// The first vector of a tile in its panel. Where a tile takes the whole panel it is 0, and known to be: else GCC keeps an address
// for every word in a register, and there are more words than registers.
R1_INLINE int FirstVector(int v0) { return kQuantVectors == kQuantPanelCols / 16 ? 0 : v0; }

constexpr int Log2(int x) { return x <= 1 ? 0 : 1 + Log2(x / 2); }

// The current activation group of each row.
template <int M>
struct ActivationRows {
  RowPointers<M, char> at;
  int64_t stride;  // bytes from one row to the next
};
template <int M>
R1_INLINE ActivationRows<M> RowsOf(const ActivationGroup* a, int64_t a_stride) {
  const int64_t stride = a_stride * static_cast<int64_t>(sizeof(ActivationGroup));
  return {PointToRows<M>(reinterpret_cast<const char*>(a), stride), stride};
}
// What lies `offset` bytes behind the beginning of row m's group.
template <class T, int M>
R1_INLINE const T* At(const ActivationRows<M>& rows, int m, int64_t offset) {
  return reinterpret_cast<const T*>(rows.at.four[m / 4] + m % 4 * rows.stride + offset);
}
template <int M>
R1_INLINE void NextGroup(ActivationRows<M>& rows) {
  R1_UNROLL for (int i = 0; i < (M + 3) / 4; ++i) rows.at.four[i] += sizeof(ActivationGroup);
}

}  // namespace r1::R1_ISA
