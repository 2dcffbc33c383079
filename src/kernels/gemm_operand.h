// One block of A, brought into a form that the panel kernels can read: in place where it already has one, copied to the thread's
// scratch memory otherwise.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace r1 {

struct OperandBlock {
  const void* data;                // floats, or pairs of bf16
  int64_t row_stride, col_stride;  // in floats or pairs; one of them is 1
};

// A[0..m, 0..k), element (i, j) at a[i * row_stride + j * col_stride]. total_k is the depth of the whole of A.
// The block is valid until the next call on this thread.
OperandBlock PrepareF32(int64_t m, int64_t k, int64_t total_k, const float* a, int64_t row_stride, int64_t col_stride);
// The same as pairs of bf16 (an odd k is filled up with zeros), rounded from f32 or taken over.
OperandBlock PrepareBf16(const KernelTable& kernels, int64_t m, int64_t k, const float* a, int64_t row_stride, int64_t col_stride);
OperandBlock PrepareBf16(int64_t m, int64_t k, const uint16_t* a, int64_t row_stride, int64_t col_stride);

// The distance of packed rows of k elements: an odd number of cache lines, so that they spread over the cache's sets.
int64_t SpreadStride(int64_t k);
// Whether rows this far apart (in floats) fall into so few cache sets that a block of them does not fit where it should.
bool StrideAliases(int64_t stride);

}  // namespace r1
