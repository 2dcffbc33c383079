#include "kernels/gemm_transposed.h"

#include <algorithm>

#include "kernels/gemm_operand.h"
#include "kernels/thread_scratch.h"

namespace r1 {
namespace {

constexpr int64_t kLeastMacs = 1'000'000;      // below, the first step, which nothing hides the packing of, is too large a part
constexpr int64_t kMostElements = 256 * 1024;  // of C; above, operands are read so often that they are better packed once
constexpr int64_t kWide = 384;  // columns of A in f32; of fewer, the rows of a step stay in the second-level cache as they are
// Rows of packed operands in a step: a panel of B, a tile's columns of A and what is being packed share the first-level cache.
constexpr int64_t kDepth = 128;

// The columns [begin, begin + cols) of an operand, packed for one step of k at a time into one of two buffers.
class Side {
 public:
  Side(const float* source, int64_t stride, const Range& cols, int64_t packed_stride, int64_t packed_panel, float* buffers,
       int64_t buffer_floats)
      : source_(source + cols.begin),
        stride_(stride),
        cols_(cols.size()),
        packed_stride_(packed_stride),
        packed_panel_(packed_panel),
        buffers_{buffers, buffers + buffer_floats} {}
  const float* Packed(int64_t step) const { return buffers_[step % 2]; }
  PackRows Pack(int64_t step, const Range& k) const {
    return {k.size(), cols_, source_ + k.begin * stride_, stride_, buffers_[step % 2], packed_stride_, packed_panel_};
  }

 private:
  const float* source_;
  int64_t stride_, cols_, packed_stride_, packed_panel_;
  float* buffers_[2];
};

}  // namespace

bool SuitsTransposed(const KernelTable& kernels, const TransposedProduct& p) {
  const auto [m, n, k] = p.shape;
  if (m * n * k < kLeastMacs || StrideAliases(p.lda) || StrideAliases(p.ldb)) return false;
  if (kernels.far_third_level) return m > kWide || StrideAliases(2 * p.ldb);  // aliases in the first-level cache
  return m * n <= kMostElements && m > kWide;
}

void RunTransposed(const KernelTable& kernels, ThreadPool& pool, const TransposedProduct& p) {
  const int64_t panel = kernels.panel_cols;
  const GemmPlan plan = PlanTransposed(p.shape, kernels.panel_cols, pool.num_threads());
  pool.Run(plan.num_units(), [&](int64_t unit) {
    const auto [rows, panels, cols] = UnitAt(plan, p.shape, kernels.panel_cols, unit);
    if (rows.size() == 0 || cols.size() == 0) return;
    const int64_t a_stride = SpreadStride(rows.size()), a_floats = kDepth * a_stride, b_floats = kDepth * panels.size() * panel;
    float* scratch = ThreadScratch<float>(2 * (a_floats + b_floats));
    const Side a(p.a, p.lda, rows, a_stride, panel, scratch, a_floats);
    const Side b(p.b, p.ldb, cols, panel, kDepth * panel, scratch + 2 * a_floats, b_floats);
    const auto k_of = [&](int64_t step) {
      return Range{std::min(p.shape.k, step * kDepth), std::min(p.shape.k, (step + 1) * kDepth)};
    };
    kernels.pack_rows_f32(a.Pack(0, k_of(0)));
    kernels.pack_rows_f32(b.Pack(0, k_of(0)));
    float* c = p.c + rows.begin * p.ldc + cols.begin;
    for (int64_t step = 0; k_of(step).size() > 0; ++step) {
      const Range next = k_of(step + 1);
      kernels.gemm_f32({.m = rows.size(),
                        .cols = cols.size(),
                        .k = k_of(step).size(),
                        .a = a.Packed(step),
                        .a_rs = 1,
                        .a_cs = a_stride,
                        .b = b.Packed(step),
                        .b_rs = panel,
                        .b_panel = kDepth * panel,
                        .c = c,
                        .ldc = p.ldc,
                        .old = p.accumulate || step > 0 ? c : nullptr,
                        .ld_old = p.ldc,
                        .next = {a.Pack(step + 1, next), b.Pack(step + 1, next)}});
    }
  });
}

}  // namespace r1
