#include "kernels/gemm.h"

#include <algorithm>
#include <numeric>

#include "base/aligned_memory.h"
#include "base/check.h"
#include "kernels/gemm_operand.h"

namespace r1 {
namespace {

constexpr int64_t kSerialMacs = 50'000;  // below this a second thread costs more than it brings
constexpr int64_t kUnitsPerThread = 4;   // enough to even out a thread that is descheduled

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t RoundUp(int64_t a, int64_t b) { return CeilDiv(a, b) * b; }

template <class T>
struct Matrix {  // element (i, j) at data[i * row_stride + j * col_stride]
  const T* data;
  int64_t row_stride, col_stride;
  bool ColumnsAreContiguous() const { return row_stride == 1 && col_stride != 1; }
};

struct Output {
  float* data;
  int64_t row_stride;
  bool accumulate;
};

// How the work is cut: into units, blocks of rows times groups of panels, each of which owns its part of C for the whole of k; and
// a unit into steps of `depth`, so that a block of A and what it meets of B and C stay in the second-level cache.
struct Plan {
  int64_t rows, row_blocks;
  int64_t panels, panel_groups;
  int64_t depth;  // even: bf16 pairs never straddle two steps
  int64_t num_units() const { return row_blocks * panel_groups; }
};

Plan MakePlan(const KernelTable& kernels, int num_threads, int64_t m, int64_t n, int64_t k, bool columns, bool bf16) {
  const int64_t units = num_threads == 1 ? 1 : std::min(kUnitsPerThread * num_threads, m * n * k / kSerialMacs + 1);
  const int64_t num_panels = CeilDiv(n, kernels.panel_cols);
  Plan plan;
  int64_t row_unit = kernels.tile_rows;
  if (columns) {
    // dW = dY^T X: each step of k reads a run along the rows of C, so blocks are wide rather than deep, and end with a cache line.
    row_unit = std::lcm<int64_t>(row_unit, 16);
    plan.depth = bf16 ? 512 : 256;
    plan.row_blocks = std::clamp<int64_t>(units, CeilDiv(m, 384), std::max(CeilDiv(m, 384), CeilDiv(m, 2 * row_unit)));
  } else {
    plan.depth = bf16 ? 1024 : 512;
    plan.row_blocks = CeilDiv(m, 128);
  }
  plan.rows = RoundUp(CeilDiv(m, plan.row_blocks), row_unit);
  plan.row_blocks = CeilDiv(m, plan.rows);
  plan.panels = CeilDiv(num_panels, std::clamp<int64_t>(CeilDiv(units, plan.row_blocks), 1, num_panels));
  plan.panel_groups = CeilDiv(num_panels, plan.panels);
  return plan;
}

// Runs step(unit's row, rows, first column, last column, k0, depth) for every unit and step; the steps of a unit in order.
template <class Step>
void ForEachStep(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t n, int64_t k, const Plan& plan, Step step) {
  const auto unit = [&](int64_t index) {
    const int64_t row = index / plan.panel_groups * plan.rows;
    const int64_t first = index % plan.panel_groups * plan.panels * kernels.panel_cols;
    const int64_t last = std::min(n, first + plan.panels * kernels.panel_cols);
    int64_t k0 = 0;
    do {  // once even if k is 0: C becomes zero
      step(row, std::min(plan.rows, m - row), first, last, k0, std::min(plan.depth, k - k0));
      k0 += plan.depth;
    } while (k0 < k);
  };
  if (m * n * k < kSerialMacs) {
    ThreadPool::EnterNumericsMode();
    for (int64_t i = 0; i < plan.num_units(); ++i) unit(i);
  } else {
    pool.Run(plan.num_units(), unit);
  }
}

template <class T>
OperandBlock PrepareBf16Of(const KernelTable& kernels, int64_t m, int64_t k, const T* a, int64_t row_stride, int64_t col_stride) {
  if constexpr (sizeof(T) == sizeof(float))
    return PrepareBf16(kernels, m, k, a, row_stride, col_stride);
  else
    return PrepareBf16(m, k, a, row_stride, col_stride);
}

template <class T>
void ProductBf16(const KernelTable& kernels, ThreadPool& pool, int64_t m, const Matrix<T>& a, const PackedMatrix& b,
                 const Output& c) {
  const int64_t n = b.n(), k = b.k(), cols = kernels.panel_cols;
  const auto* panels = static_cast<const uint16_t*>(b.data());
  const Plan plan = MakePlan(kernels, pool.num_threads(), m, n, k, a.ColumnsAreContiguous(), true);
  ForEachStep(kernels, pool, m, n, k, plan, [&](int64_t row, int64_t rows, int64_t first, int64_t last, int64_t k0, int64_t depth) {
    const T* source = a.data + row * a.row_stride + k0 * a.col_stride;
    const OperandBlock block = PrepareBf16Of(kernels, rows, depth, source, a.row_stride, a.col_stride);
    for (int64_t col = first; col < last; col += cols)
      kernels.gemm_panel_bf16(rows, std::min(cols, last - col), RoundUp(depth, 2), static_cast<const uint32_t*>(block.data),
                              block.row_stride, block.col_stride, panels + col * RoundUp(k, 2) + k0 * cols,
                              c.data + row * c.row_stride + col, c.row_stride, c.accumulate || k0 > 0);
  });
}

// B is packed, or (b_in_place) lies in rows b_stride apart.
void ProductF32(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t n, int64_t k, const Matrix<float>& a,
                const float* panels, const float* b_in_place, int64_t b_stride, const Output& c) {
  const int64_t cols = kernels.panel_cols;
  const Plan plan = MakePlan(kernels, pool.num_threads(), m, n, k, a.ColumnsAreContiguous(), false);
  ForEachStep(kernels, pool, m, n, k, plan, [&](int64_t row, int64_t rows, int64_t first, int64_t last, int64_t k0, int64_t depth) {
    const float* source = a.data + row * a.row_stride + k0 * a.col_stride;
    const OperandBlock block = PrepareF32(rows, depth, k, source, a.row_stride, a.col_stride);
    for (int64_t col = first; col < last; col += cols) {
      const float* panel = b_in_place != nullptr ? b_in_place + k0 * b_stride + col : panels + col * k + k0 * cols;
      kernels.gemm_panel_f32(rows, std::min(cols, last - col), depth, static_cast<const float*>(block.data), block.row_stride,
                             block.col_stride, panel, b_in_place != nullptr ? b_stride : cols, c.data + row * c.row_stride + col,
                             c.row_stride, c.accumulate || k0 > 0, /*far_a=*/col == first && block.data == source);
    }
  });
}

}  // namespace

void PackedMatrix::Pack(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t n, const float* b,
                        int64_t row_stride, int64_t col_stride) {
  type_ = type;
  k_ = k;
  n_ = n;
  panel_cols_ = kernels.panel_cols;
  const int64_t cols = kernels.panel_cols, panels = CeilDiv(n, cols);
  const size_t element = type == GemmType::kBF16 ? 2 : 4;
  const size_t panel_bytes = static_cast<size_t>(RoundUp(k, type == GemmType::kBF16 ? 2 : 1) * cols) * element;
  const size_t bytes = panel_bytes * static_cast<size_t>(panels);
  // A copy of this matrix may share the buffer: it must keep what it has.
  if (bytes > capacity_ || data_.use_count() > 1 || data_ == nullptr) {
    data_ = AllocateAlignedShared(bytes);
    capacity_ = bytes;
  }
  // Units of `depth` rows of a panel: panels are few when n is small.
  const int64_t depth = 1024, slices = std::max<int64_t>(1, CeilDiv(k, depth));
  const auto pack = [&](int64_t index) {
    const int64_t panel = index / slices, k0 = index % slices * depth, count = std::min(depth, k - k0);
    const float* source = b + k0 * row_stride + panel * cols * col_stride;
    char* out =
        static_cast<char*>(data_.get()) + static_cast<size_t>(panel) * panel_bytes + static_cast<size_t>(k0 * cols) * element;
    const int64_t width = std::min(cols, n - panel * cols);
    if (type == GemmType::kBF16)
      kernels.pack_b_bf16(count, width, source, row_stride, col_stride, reinterpret_cast<uint16_t*>(out));
    else
      kernels.pack_b_f32(count, width, source, row_stride, col_stride, reinterpret_cast<float*>(out));
  };
  if (k * n < kSerialMacs / 4) {
    ThreadPool::EnterNumericsMode();
    for (int64_t i = 0; i < panels * slices; ++i) pack(i);
  } else {
    pool.Run(panels * slices, pack);
  }
}

void Gemm(const KernelTable& kernels, ThreadPool& pool, int64_t m, const float* a, int64_t row_stride, int64_t col_stride,
          const PackedMatrix& b, float* c, int64_t ldc, bool accumulate) {
  CHECK(b.panel_cols() == kernels.panel_cols);
  if (m <= 0 || b.n() <= 0) return;
  const Matrix<float> a_matrix = {a, row_stride, col_stride};
  if (b.type() == GemmType::kBF16)
    ProductBf16(kernels, pool, m, a_matrix, b, {c, ldc, accumulate});
  else
    ProductF32(kernels, pool, m, b.n(), b.k(), a_matrix, static_cast<const float*>(b.data()), nullptr, 0, {c, ldc, accumulate});
}

void GemmBf16(const KernelTable& kernels, ThreadPool& pool, int64_t m, const uint16_t* a, int64_t row_stride, int64_t col_stride,
              const PackedMatrix& b, float* c, int64_t ldc, bool accumulate) {
  CHECK(b.type() == GemmType::kBF16 && b.panel_cols() == kernels.panel_cols);
  if (m <= 0 || b.n() <= 0) return;
  ProductBf16(kernels, pool, m, Matrix<uint16_t>{a, row_stride, col_stride}, b, {c, ldc, accumulate});
}

void GemmTransposed(const KernelTable& kernels, ThreadPool& pool, int64_t k, int64_t m, int64_t n, const float* a, int64_t lda,
                    const float* b, int64_t ldb, float* c, int64_t ldc, bool accumulate) {
  if (m <= 0 || n <= 0) return;
  if (n % 16 == 0 && !StrideAliases(ldb))
    return ProductF32(kernels, pool, m, n, k, {a, 1, lda}, nullptr, b, ldb, {c, ldc, accumulate});
  PackedMatrix packed;
  packed.Pack(kernels, pool, GemmType::kF32, k, n, b, ldb, 1);
  Gemm(kernels, pool, m, a, 1, lda, packed, c, ldc, accumulate);
}

}  // namespace r1
