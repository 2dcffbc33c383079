// C = A^T B in f32 for a C that is small beside its operands, as the gradient of a small layer's weight is beside a batch of
// tokens: every unit, a part of C, packs its columns of A and B for itself, a step of k ahead, while its tiles compute
// (GemmBlock::next). Two threads then pack some of the operands twice, but neither waits for memory or for the other.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/gemm_plan.h"
#include "kernels/kernels.h"

namespace r1 {

// Also of gemm_transposed_bf16.h.
struct TransposedProduct {
  GemmShape shape;
  const float *a, *b;  // rows of k, lda and ldb apart
  int64_t lda, ldb;
  float* c;
  int64_t ldc;
  bool accumulate;
};

// Whether RunTransposed is the faster way.
bool SuitsTransposed(const KernelTable& kernels, const TransposedProduct& product);
void RunTransposed(const KernelTable& kernels, ThreadPool& pool, const TransposedProduct& product);

}  // namespace r1
