// PackRows (kernels.h), sixteen columns at a time. T, what is packed, is float, or uint32_t for pairs of bf16.
#pragma once

#include <type_traits>

#include "kernels/cpu/simd.h"
#include "kernels/kernels.h"

namespace r1::R1_ISA {

constexpr int kPanelCols = 16 * kTileVectors;

template <class T>
constexpr bool kJoins = T(0.5) == T(0);  // two rows to a row of pairs
template <class T>
using Element = std::conditional_t<kJoins<T>, uint16_t, float>;  // of the rows

template <class T>
R1_INLINE int64_t PackedRows(const PackRows& p) {
  return kJoins<T> ? (p.rows + 1) / 2 : p.rows;
}
template <class T>
R1_INLINE int64_t SourceStep(const PackRows& p) {
  return kJoins<T> ? 2 * p.stride : p.stride;
}
// Where columns [16 v, 16 v + 16) of packed row r come from.
template <class T>
R1_INLINE const Element<T>* SourceAt(const PackRows& p, int64_t v, int64_t r) {
  return static_cast<const Element<T>*>(p.source) + r * SourceStep<T>(p) + 16 * v;
}
// Where columns [16 v, 16 v + 16) of the first row are packed.
template <class T>
R1_INLINE T* PackedAt(const PackRows& p, int64_t v) {
  return static_cast<T*>(p.packed) + v / kTileVectors * p.packed_panel + v % kTileVectors * 16;
}

R1_INLINE void PackVector(float* packed, const float* row, const float*) { Store(packed, Load(row)); }
R1_INLINE void PackVector(uint32_t* packed, const uint16_t* even, const uint16_t* odd) { StoreJoined(packed, even, odd); }
// The first n columns; no odd row: zeros.
R1_INLINE void PackSome(float* packed, const float* row, const float*, int64_t n) { Store(packed, LoadFirst(row, n)); }
R1_INLINE void PackSome(uint32_t* packed, const uint16_t* even, const uint16_t* odd, int64_t n) {
  uint16_t rows[2][16] = {};
  std::memcpy(rows[0], even, static_cast<size_t>(n) * sizeof(uint16_t));
  if (odd != nullptr) std::memcpy(rows[1], odd, static_cast<size_t>(n) * sizeof(uint16_t));
  StoreJoined(packed, rows[0], rows[1]);
}

// Vectors [v_begin, v_end) of the packed rows [begin, end).
template <class T>
R1_INLINE void PackPart(const PackRows& p, int64_t v_begin, int64_t v_end, int64_t begin, int64_t end) {
  constexpr int64_t kRowsAhead = 8;  // asked for before they are read: the hardware does not follow from one short row to the next
  const int64_t step = SourceStep<T>(p);
  for (int64_t r = begin; r < end; ++r) {
    const bool has_odd = !kJoins<T> || 2 * r + 1 < p.rows;
    for (int64_t v = v_begin; v < v_end; ++v) {
      const Element<T>* row = SourceAt<T>(p, v, r);
      T* packed = PackedAt<T>(p, v) + r * p.packed_stride;
      __builtin_prefetch(row + kRowsAhead * step);
      if constexpr (kJoins<T>) __builtin_prefetch(row + kRowsAhead * step + p.stride);
      const int64_t left = p.cols - 16 * v;
      if (left >= 16 && has_odd)
        PackVector(packed, row, row + p.stride);
      else
        PackSome(packed, row, has_odd ? row + p.stride : nullptr, left < 16 ? left : 16);
    }
  }
}

}  // namespace r1::R1_ISA
