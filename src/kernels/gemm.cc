#include "kernels/gemm.h"

#include <algorithm>

#include "base/aligned_memory.h"
#include "base/check.h"
#include "kernels/gemm_plan.h"
#include "kernels/gemm_product.h"
#include "kernels/gemm_transposed.h"
#include "kernels/gemm_transposed_bf16.h"
#include "kernels/thread_scratch.h"

namespace r1 {
namespace {

constexpr int64_t kSerialElements = 12'500;  // below this a second thread costs more than it brings

OperandB Panels(const PackedMatrix& b) {
  const int64_t cols = b.panel_cols();
  const int64_t pairs = PairsOf(b.k());
  if (b.type() == GemmType::kBF16) return {b.data(), 4 * pairs, 2 * cols, cols, pairs * cols};
  return {b.data(), 4 * b.k(), 4 * cols, cols, b.k() * cols};
}

template <class T>
void Multiply(const KernelTable& kernels, ThreadPool& pool, int64_t m, const Matrix<T>& a, const PackedMatrix& b, float* c,
              int64_t ldc, bool accumulate) {
  CHECK(b.SuitsTable(kernels));
  if (m <= 0 || b.n() <= 0) return;
  const bool bf16 = b.type() == GemmType::kBF16 && b.k() > 0;  // of nothing there is no block
  RunProduct<T>(pool, {&kernels, {m, b.n(), b.k()}, bf16, a, Panels(b), c, ldc, accumulate});
}

// Its memory is kept: pages fresh from the system cost as much as packing.
PackedMatrix& RecycledPanels() {
  thread_local PackedMatrix packed;
  return packed;
}

}  // namespace

template <class Fn>
void PackedMatrix::PackSlices(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t n, Fn pack) {
  type_ = type;
  k_ = k;
  n_ = n;
  panel_cols_ = kernels.panel_cols;
  packed_by_ = kernels.pack_b_bf16;
  const int64_t cols = kernels.panel_cols, panels = CeilDiv(n, cols);
  const size_t element = type == GemmType::kBF16 ? 2 : 4;
  const size_t panel_bytes = static_cast<size_t>((type == GemmType::kBF16 ? 2 * PairsOf(k) : k) * cols) * element;
  const size_t bytes = panel_bytes * static_cast<size_t>(panels);
  // A copy of this matrix may share the buffer: it must keep what it has.
  if (bytes > capacity_ || data_.use_count() > 1 || data_ == nullptr) {
    data_ = AllocateAligned(bytes);
    capacity_ = bytes;
  }
  // Units of `depth` rows of a panel: panels are few when n is small.
  constexpr int64_t depth = 1024;
  static_assert(depth % kBf16Block == 0);
  const int64_t slices = std::max<int64_t>(1, CeilDiv(k, depth));
  const auto pack_slice = [&](int64_t index) {
    const int64_t panel = index / slices, k0 = index % slices * depth, col = panel * cols;
    char* out =
        static_cast<char*>(data_.get()) + static_cast<size_t>(panel) * panel_bytes + static_cast<size_t>(k0 * cols) * element;
    pack(k0, std::min(depth, k - k0), col, std::min(cols, n - col), out);
  };
  if (k * n < kSerialElements) {
    ThreadPool::EnterNumericsMode();
    for (int64_t i = 0; i < panels * slices; ++i) pack_slice(i);
  } else {
    pool.Run(panels * slices, pack_slice);
  }
}

void PackedMatrix::Pack(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t n, const float* b,
                        int64_t row_stride, int64_t col_stride) {
  PackSlices(kernels, pool, type, k, n, [&](int64_t row, int64_t rows, int64_t col, int64_t cols, void* out) {
    const float* source = b + row * row_stride + col * col_stride;
    if (type == GemmType::kBF16)
      kernels.pack_b_bf16(rows, cols, source, row_stride, col_stride, static_cast<uint16_t*>(out));
    else
      kernels.pack_b_f32(rows, cols, source, row_stride, col_stride, static_cast<float*>(out));
  });
}

Bf16Rows::Bf16Rows(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t k, const float* a, int64_t a_stride)
    : m_(m),
      k_(k),
      stride_(2 * SpreadStride(PairsOf(k))),
      packed_by_(kernels.pack_a_bf16),
      data_(RecycledMemory(static_cast<size_t>(m * stride_) * 2)) {
  auto* pairs = static_cast<float*>(data_.get());
  pool.For(m, std::max<int64_t>(1, 2 * kSerialElements / std::max<int64_t>(1, k)), [&](int64_t begin, int64_t end) {
    PrepareBf16(kernels, end - begin, k, Matrix<float>{a + begin * a_stride, a_stride, 1}, pairs + begin * stride_ / 2);
  });
}

void Gemm(const KernelTable& kernels, ThreadPool& pool, int64_t m, const float* a, int64_t row_stride, int64_t col_stride,
          const PackedMatrix& b, float* c, int64_t ldc, bool accumulate) {
  Multiply<float>(kernels, pool, m, {a, row_stride, col_stride}, b, c, ldc, accumulate);
}

void GemmBf16(const KernelTable& kernels, ThreadPool& pool, const Bf16Rows& a, const PackedMatrix& b, float* c, int64_t ldc,
              bool accumulate) {
  GemmBf16(kernels, pool, a, 0, a.m(), b, c, ldc, accumulate);
}

void GemmBf16(const KernelTable& kernels, ThreadPool& pool, const Bf16Rows& a, int64_t first, int64_t m, const PackedMatrix& b,
              float* c, int64_t ldc, bool accumulate) {
  CHECK(b.type() == GemmType::kBF16 && a.k() == b.k() && first + m <= a.m() && a.SuitsTable(kernels));
  Multiply<uint16_t>(kernels, pool, m, {a.data() + first * a.stride(), a.stride(), 1}, b, c, ldc, accumulate);
}

void GemmTransposed(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t m, int64_t n, const float* a,
                    int64_t lda, const float* b, int64_t ldb, float* c, int64_t ldc, bool accumulate,
                    std::span<const int64_t> segment_ends) {
  if (m <= 0 || n <= 0) return;
  const TransposedProduct product = {{m, n, k}, a, b, lda, ldb, c, ldc, accumulate};
  if (type == GemmType::kBF16 && k > 0) return RunTransposedBf16(kernels, pool, product, segment_ends);
  if (SuitsTransposed(kernels, product)) return RunTransposed(kernels, pool, product);
  if (n % 16 == 0 && !StrideAliases(ldb)) {
    const OperandB in_place = {b, 4, 4 * ldb, ldb, kernels.panel_cols};
    return RunProduct<float>(pool, {&kernels, {m, n, k}, false, {a, 1, lda}, in_place, c, ldc, accumulate});
  }
  PackedMatrix& packed = RecycledPanels();
  packed.Pack(kernels, pool, GemmType::kF32, k, n, b, ldb, 1);
  Gemm(kernels, pool, m, a, 1, lda, packed, c, ldc, accumulate);
}

}  // namespace r1
