// y = x W^T with quantized weights, under the bitwise contract (docs/numerics.md): x is rounded to eight bits in groups, once per
// row and as a function of that row alone; sums within a group of weights, of a block of 256 in the K formats, are integers; each y
// is one chain over these. Batch, threads, panels and instruction set change no bit. The definition is reference/quant.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/thread_pool.h"
#include "kernels/kernels.h"
#include "kernels/quant_matrix.h"

namespace r1 {

// Rows of activations, rounded; one rounding serves every product with the same input.
class QuantActivations {
 public:
  // x: [m, k] f32, rows x_stride apart; k is a multiple of `span`, that of the weights (QuantMatrix::span).
  QuantActivations(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t k, const float* x, int64_t x_stride, int span);
  int64_t m() const { return m_; }
  int64_t k() const { return groups_ * kQuantGroup; }
  const ActivationGroup* row(int64_t i) const { return static_cast<const ActivationGroup*>(data_.get()) + i * stride_; }
  int64_t stride() const { return stride_; }
  int span() const { return span_; }

 private:
  int64_t m_, groups_, stride_;
  int span_;
  std::shared_ptr<void> data_;
};

// C[m, 0 .. weight->n()) = x W^T.
struct QuantProduct {
  const QuantMatrix* weight;
  float* c;
};
// Several products with the same activations in one go; rows of every C are ldc apart.
void QuantGemm(const KernelTable& kernels, ThreadPool& pool, const QuantActivations& a, std::span<const QuantProduct> products,
               int64_t ldc);

}  // namespace r1
