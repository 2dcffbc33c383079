#include "kernels/gemm.h"

#include <algorithm>

#include "base/aligned_memory.h"
#include "base/check.h"
#include "kernels/gemm_operand.h"
#include "kernels/gemm_plan.h"
#include "kernels/gemm_transposed.h"

namespace r1 {
namespace {

constexpr int64_t kSerialMacs = 50'000;  // below this a second thread costs more than it brings

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

struct Step {
  Range rows, cols, k;
  Range next_rows, next_k;  // of the step that the same thread most likely does next; empty after the last
};

// Calls fn(Step) for every unit of the plan and every step of its depth; the steps of a unit in order.
template <class Fn>
void ForEachStep(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t n, int64_t k, const GemmPlan& plan, Fn fn) {
  const int64_t panels = CeilDiv(n, kernels.panel_cols);
  const auto rows_of = [&](int64_t unit) { return Share(m, plan.row_grain, plan.row_blocks, unit / plan.panel_groups); };
  const auto unit = [&](int64_t index) {
    const Range rows = rows_of(index), next_rows = index + 1 < plan.num_units() ? rows_of(index + 1) : Range{m, m};
    const Range group = Share(panels, 1, plan.panel_groups, index % plan.panel_groups);
    const Range cols = {group.begin * kernels.panel_cols, std::min(n, group.end * kernels.panel_cols)};
    if (rows.size() == 0) return;
    int64_t k0 = 0;
    do {  // once even if k is 0: C becomes zero
      const int64_t k1 = std::min(k, k0 + plan.depth), k2 = std::min(k, k1 + plan.depth);
      if (k1 < k)
        fn(Step{rows, cols, {k0, k1}, rows, {k1, k2}});
      else
        fn(Step{rows, cols, {k0, k1}, next_rows, {0, std::min(k, plan.depth)}});
      k0 = k1;
    } while (k0 < k);
  };
  if (m * n * k < kSerialMacs) {
    ThreadPool::EnterNumericsMode();
    for (int64_t i = 0; i < plan.num_units(); ++i) unit(i);
  } else {
    pool.Run(plan.num_units(), unit);
  }
}

// What the next step reads of A.
template <class T>
GemmBlock::Ahead AheadOf(const Matrix<T>& a, const Step& step) {
  const int64_t size = sizeof(T), rows = step.next_rows.size(), depth = step.next_k.size();
  const T* data = a.data + step.next_rows.begin * a.row_stride + step.next_k.begin * a.col_stride;
  if (a.ColumnsAreContiguous()) return {data, depth, rows * size, a.col_stride * size};
  return {data, rows, depth * size, a.row_stride * size};
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
  const GemmPlan plan = PlanGemm({m, n, k}, cols, pool.num_threads(), a.ColumnsAreContiguous(), /*bf16=*/true);
  ForEachStep(kernels, pool, m, n, k, plan, [&](const Step& step) {
    const Range row = step.rows, col = step.cols, at = step.k;
    const T* source = a.data + row.begin * a.row_stride + at.begin * a.col_stride;
    const OperandBlock block = PrepareBf16Of(kernels, row.size(), at.size(), source, a.row_stride, a.col_stride);
    kernels.gemm_bf16({.m = row.size(),
                       .cols = col.size(),
                       .k = CeilDiv(at.size(), 2),
                       .a = block.data,
                       .a_rs = block.row_stride,
                       .a_cs = block.col_stride,
                       .b = panels + col.begin * RoundUp(k, 2) + at.begin * cols,
                       .b_rs = cols,
                       .b_panel = CeilDiv(k, 2) * cols,
                       .c = c.data + row.begin * c.row_stride + col.begin,
                       .ldc = c.row_stride,
                       .accumulate = c.accumulate || at.begin > 0,
                       .ahead = AheadOf(a, step)});
  });
}

// B is packed, or (b_in_place) lies in rows b_stride apart.
void ProductF32(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t n, int64_t k, const Matrix<float>& a,
                const float* panels, const float* b_in_place, int64_t b_stride, const Output& c) {
  const int64_t cols = kernels.panel_cols;
  const GemmPlan plan = PlanGemm({m, n, k}, cols, pool.num_threads(), a.ColumnsAreContiguous(), /*bf16=*/false);
  const bool in_place = b_in_place != nullptr;
  ForEachStep(kernels, pool, m, n, k, plan, [&](const Step& step) {
    const Range row = step.rows, col = step.cols, at = step.k;
    const float* source = a.data + row.begin * a.row_stride + at.begin * a.col_stride;
    const OperandBlock block = PrepareF32(row.size(), at.size(), k, source, a.row_stride, a.col_stride);
    kernels.gemm_f32({.m = row.size(),
                      .cols = col.size(),
                      .k = at.size(),
                      .a = block.data,
                      .a_rs = block.row_stride,
                      .a_cs = block.col_stride,
                      .b = in_place ? b_in_place + at.begin * b_stride + col.begin : panels + col.begin * k + at.begin * cols,
                      .b_rs = in_place ? b_stride : cols,
                      .b_panel = in_place ? cols : k * cols,
                      .c = c.data + row.begin * c.row_stride + col.begin,
                      .ldc = c.row_stride,
                      .accumulate = c.accumulate || at.begin > 0,
                      .ahead = block.data == source ? GemmBlock::Ahead{} : AheadOf(a, step)});
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
    data_ = AllocateAligned(bytes);
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

void GemmTransposed(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t m, int64_t n, const float* a,
                    int64_t lda, const float* b, int64_t ldb, float* c, int64_t ldc, bool accumulate) {
  if (m <= 0 || n <= 0) return;
  const TransposedProduct product = {{m, n, k}, type == GemmType::kBF16, a, b, lda, ldb, c, ldc, accumulate};
  if (SuitsTransposed(product)) return RunTransposed(kernels, pool, product);
  if (type == GemmType::kF32 && n % 16 == 0 && !StrideAliases(ldb))
    return ProductF32(kernels, pool, m, n, k, {a, 1, lda}, nullptr, b, ldb, {c, ldc, accumulate});
  thread_local PackedMatrix packed;  // its memory is kept: pages fresh from the system cost as much as packing
  packed.Pack(kernels, pool, type, k, n, b, ldb, 1);
  Gemm(kernels, pool, m, a, 1, lda, packed, c, ldc, accumulate);
}

}  // namespace r1
