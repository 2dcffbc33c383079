// Matrix products under the bitwise contract: every element of C is one chain of fused multiply-adds over k ascending, or in bf16
// one sum over blocks of kBf16Block (docs/numerics.md, item 1). Tiling, panels, threads and instruction sets change no bit.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/thread_pool.h"
#include "kernels/kernels.h"

namespace r1 {

enum class GemmType : uint8_t { kF32, kBF16 };  // of the inputs; products are summed in f32
inline const char* GemmTypeName(GemmType type) { return type == GemmType::kF32 ? "f32" : "bf16"; }

// B [K, N] in panels of kernels.panel_cols columns; all rows of a panel lie together. The last panel is filled up with zeros, to
// sixteen columns at least.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  // b: f32, element (k, n) at b[k * row_stride + n * col_stride]; rounded to bf16 on the way if `type` says so.
  void Pack(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t n, const float* b, int64_t row_stride,
            int64_t col_stride);
  bool empty() const { return data_ == nullptr; }
  GemmType type() const { return type_; }
  int64_t k() const { return k_; }
  int64_t n() const { return n_; }
  int panel_cols() const { return panel_cols_; }
  size_t bytes() const { return capacity_; }
  const void* data() const { return data_.get(); }
  // Whether products of this table may read it: bf16 pairs lie in each one's own order.
  bool SuitsTable(const KernelTable& kernels) const {
    return panel_cols_ == kernels.panel_cols && (type_ == GemmType::kF32 || packed_by_ == kernels.pack_b_bf16);
  }

 private:
  // Memory for a matrix of this size, and in it the slices of panels: calls pack(first row, rows, first column, columns, where).
  template <class Fn>
  void PackSlices(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t n, Fn pack);

  GemmType type_ = GemmType::kF32;
  int panel_cols_ = 0;  // of the table it was packed for, as is packed_by_
  decltype(KernelTable::pack_b_bf16) packed_by_ = nullptr;
  int64_t k_ = 0, n_ = 0;
  size_t capacity_ = 0;
  std::shared_ptr<void> data_;
};

// Rows of f32, rounded to bf16 in the form that a table's products read: one rounding serves every product with the same input.
class Bf16Rows {
 public:
  // a: [m, k], rows a_stride apart.
  Bf16Rows(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t k, const float* a, int64_t a_stride);
  int64_t m() const { return m_; }
  int64_t k() const { return k_; }
  const uint16_t* data() const { return static_cast<const uint16_t*>(data_.get()); }
  int64_t stride() const { return stride_; }  // between rows
  bool SuitsTable(const KernelTable& kernels) const { return packed_by_ == kernels.pack_a_bf16; }

 private:
  int64_t m_, k_, stride_;
  decltype(KernelTable::pack_a_bf16) packed_by_;
  std::shared_ptr<void> data_;
};

// C[M, N] = A[M, K] B, or += (continuing each sum) if accumulate. To continue a sum of bf16 in several calls gives the bits of one
// call only if all but the last have whole blocks of k. A's element (m, k) is a[m * row_stride + k * col_stride]; for
// bf16 panels `a` is f32 and is rounded on the way.
void Gemm(const KernelTable& kernels, ThreadPool& pool, int64_t m, const float* a, int64_t row_stride, int64_t col_stride,
          const PackedMatrix& b, float* c, int64_t ldc, bool accumulate = false);
// The same with A already in bf16, or with `m` of its rows from `first` on.
void GemmBf16(const KernelTable& kernels, ThreadPool& pool, const Bf16Rows& a, const PackedMatrix& b, float* c, int64_t ldc,
              bool accumulate = false);
void GemmBf16(const KernelTable& kernels, ThreadPool& pool, const Bf16Rows& a, int64_t first, int64_t m, const PackedMatrix& b,
              float* c, int64_t ldc, bool accumulate = false);

// C[M, N] = A^T B (or +=) with A [K, lda] and B [K, ldb] row-major: the gradient of a weight from dY and X over K tokens. The same
// bits as Gemm with a packed B of that type, where there are no segments. How the operands are read depends on the shape: in place,
// or packed once, or (gemm_transposed.h) packed by every unit for itself, in f32 while it computes. segment_ends, for bf16: rows at
// which blocks of k begin anew, ascending, the last one K; empty: one segment. Where all calls but the last that continue a C end
// with a segment or after whole blocks of one, the calls' number changes no bit.
void GemmTransposed(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t m, int64_t n, const float* a,
                    int64_t lda, const float* b, int64_t ldb, float* c, int64_t ldc, bool accumulate = false,
                    std::span<const int64_t> segment_ends = {});

}  // namespace r1
