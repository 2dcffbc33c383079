// PackRows (kernels.h), sixteen columns at a time.
#pragma once

#include "kernels/cpu/simd.h"
#include "kernels/kernels.h"

namespace r1::R1_ISA {

constexpr int kPanelCols = 16 * kTileVectors;

// Where columns [16 v, 16 v + 16) of row r come from.
R1_INLINE const float* SourceAt(const PackRows& p, int64_t v, int64_t r) { return p.source + r * p.stride + 16 * v; }
// Where columns [16 v, 16 v + 16) of the first row are packed, as floats or as pairs.
template <class T>
R1_INLINE T* PackedAt(const PackRows& p, int64_t v) {
  return static_cast<T*>(p.packed) + v / kTileVectors * p.packed_panel + v % kTileVectors * 16;
}

// Vectors [v_begin, v_end) of rows [begin, end), as floats.
R1_INLINE void PackPart(const PackRows& p, int64_t v_begin, int64_t v_end, int64_t begin, int64_t end) {
  constexpr int64_t kRowsAhead = 8;  // asked for before they are read: the hardware does not follow from one short row to the next
  for (int64_t r = begin; r < end; ++r)
    for (int64_t v = v_begin; v < v_end; ++v) {
      const float* row = SourceAt(p, v, r);
      __builtin_prefetch(row + kRowsAhead * p.stride);
      const int64_t left = p.cols - 16 * v;
      Store(PackedAt<float>(p, v) + r * p.packed_stride, left >= 16 ? Load(row) : LoadFirst(row, left));
    }
}

}  // namespace r1::R1_ISA
