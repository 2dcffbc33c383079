// One block of A, brought into a form that the panel kernels can read: in place where it already has one, copied otherwise.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace r1 {

template <class T>
struct Matrix {  // element (i, j) at data[i * row_stride + j * col_stride]
  const T* data;
  int64_t row_stride, col_stride;
  bool ColumnsAreContiguous() const { return row_stride == 1 && col_stride != 1; }
  const T* At(int64_t i, int64_t j) const { return data + i * row_stride + j * col_stride; }
};

struct OperandBlock {
  const void* data;                // floats, or pairs of bf16, or pairs of floats
  int64_t row_stride, col_stride;  // in floats or pairs; one of them is 1
};

// Floats that a block of m x k of A needs at most where it is copied, and where it is widened after that. Packed rows are not
// copied.
int64_t OperandFloats(int64_t m, int64_t k, const Matrix<float>& a);
inline int64_t OperandFloats(int64_t, int64_t, const Matrix<uint16_t>&) { return 0; }
int64_t WidenedFloats(int64_t m, int64_t k);
// Whether a product with so many rows of A in a block has each panel of B widened once for all of them (GemmBlock::widened).
inline bool WidensPanels(const KernelTable& kernels, int64_t rows) {
  return kernels.widens_bf16_a && rows > GemmBlock::kTilesToWiden * kernels.tile_rows;
}

// The first m x k elements of A. total_k is the depth of the whole product. `buffer` has room for OperandFloats(m, k).
OperandBlock PrepareF32(int64_t m, int64_t k, int64_t total_k, const Matrix<float>& a, float* buffer);
// The same as pairs of bf16, in whole blocks of them: rounded from f32, or taken from rows that pack_a_bf16 made (k begins at a
// block, and the columns are contiguous).
OperandBlock PrepareBf16(const KernelTable& kernels, int64_t m, int64_t k, const Matrix<float>& a, float* buffer);
OperandBlock PrepareBf16(const Matrix<uint16_t>& packed);
// Pairs of bf16 that a row of k makes.
int64_t PairsOf(int64_t k);
// Pairs as pairs of floats. `buffer` has room for WidenedFloats(m, k).
OperandBlock WidenPairs(const KernelTable& kernels, int64_t m, int64_t k, const OperandBlock& pairs, float* buffer);

// The distance of packed rows of k elements: an odd number of cache lines, so that they spread over the cache's sets.
int64_t SpreadStride(int64_t k);
// Whether rows this far apart (in T) fall into so few cache sets that a block of them does not fit where it should.
template <class T = float>
bool StrideAliases(int64_t stride) {
  return stride * static_cast<int64_t>(sizeof(T)) % 4096 == 0;
}

}  // namespace r1
