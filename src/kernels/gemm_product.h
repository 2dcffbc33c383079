// C = A B, or += , by the units and steps of a plan: what every product that reads its operands in place or packed beforehand does.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/gemm_operand.h"
#include "kernels/gemm_plan.h"
#include "kernels/kernels.h"

namespace r1 {

// B as the kernels read it, in panels or in place.
struct OperandB {
  const void* data;
  int64_t bytes_a_col, bytes_a_k;    // from column 0 to the first one of a panel, for each column; from step 0 of k to another
  int64_t row_stride, panel_stride;  // GemmBlock's b_rs, b_panel
};

// T: what A holds. bf16: what is multiplied. Chains continue C if `accumulate`.
template <class T>
struct GemmProduct {
  const KernelTable* kernels;
  GemmShape shape;
  bool bf16;
  Matrix<T> a;
  OperandB b;
  float* c;
  int64_t ldc;
  bool accumulate;

  bool WidensA() const { return bf16 && kernels->widens_bf16_a; }
};

template <class T>
void RunProduct(ThreadPool& pool, const GemmProduct<T>& product);

}  // namespace r1
