#include "kernels/gemm_transposed_bf16.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "kernels/gemm_operand.h"
#include "kernels/thread_scratch.h"

namespace r1 {
namespace {

constexpr int64_t kDepth = 2 * GemmBlock::kMostPairsInColumns;  // rows of k in a step, packed: whole blocks

// Rows of k that follow each other in one segment, and the blocks that they fill.
struct Run {
  int64_t row, rows;
  int64_t pairs() const { return PairsOf(rows); }
};
struct Step {
  std::vector<Run> runs;
  int64_t pairs = 0;
};

std::vector<Step> StepsOf(int64_t k, std::span<const int64_t> segment_ends) {
  std::vector<Step> steps(1);
  int64_t row = 0;
  const auto add_segment = [&](int64_t end) {
    CHECK(end >= row && end <= k);
    while (row < end) {
      if (steps.back().pairs == kDepth / 2) steps.emplace_back();
      Step& step = steps.back();
      const Run run = {row, std::min(end - row, kDepth - 2 * step.pairs)};
      step.runs.push_back(run);
      step.pairs += run.pairs();
      row += run.rows;
    }
  };
  for (const int64_t end : segment_ends) add_segment(end);
  if (segment_ends.empty()) add_segment(k);
  CHECK(row == k);
  return steps;
}

// Columns of an operand, [kDepth / 2, cols] pairs of one step.
struct Side {
  const float* source;  // row 0 of k
  int64_t stride, cols, packed_stride, packed_panel;
  float* packed;

  void Pack(const KernelTable& kernels, const Step& step) const {
    int64_t at = 0;
    for (const Run& run : step.runs) {
      kernels.pack_rows_bf16(
          {run.rows, cols, source + run.row * stride, stride, packed + at * packed_stride, packed_stride, packed_panel});
      at += run.pairs();
    }
  }
};

}  // namespace

void RunTransposedBf16(const KernelTable& kernels, ThreadPool& pool, const TransposedProduct& p,
                       std::span<const int64_t> segment_ends) {
  const int64_t panel = kernels.panel_cols;
  const GemmPlan plan = PlanTransposed(p.shape, kernels.panel_cols, pool.num_threads());
  const std::vector<Step> steps = StepsOf(p.shape.k, segment_ends);
  RunUnits(pool, p.shape, plan, [&](int64_t unit) {
    const auto [rows, panels, cols] = UnitAt(plan, p.shape, kernels.panel_cols, unit);
    if (rows.size() == 0 || cols.size() == 0) return;
    const int64_t a_stride = SpreadStride(rows.size()), a_floats = kDepth / 2 * a_stride;
    const int64_t b_panel = kDepth / 2 * panel, b_floats = panels.size() * b_panel;
    const bool widens_panels = WidensPanels(kernels, rows.size());
    const int64_t wide_a = kernels.widens_bf16_a ? WidenedFloats(rows.size(), kDepth) : 0;
    float* scratch = ThreadScratch<float>(a_floats + b_floats + wide_a + kDepth * panel);
    const Side a = {p.a + rows.begin, p.lda, rows.size(), a_stride, panel, scratch};
    const Side b = {p.b + cols.begin, p.ldb, cols.size(), panel, b_panel, scratch + a_floats};
    float* const wide = b.packed + b_floats;
    float* c = p.c + rows.begin * p.ldc + cols.begin;
    for (const Step& step : steps) {
      a.Pack(kernels, step);
      b.Pack(kernels, step);
      OperandBlock of_a = {a.packed, 1, a_stride};
      if (kernels.widens_bf16_a) of_a = WidenPairs(kernels, rows.size(), 2 * step.pairs, of_a, wide);
      kernels.gemm_bf16({.m = rows.size(),
                         .cols = cols.size(),
                         .k = step.pairs,
                         .a = of_a.data,
                         .a_rs = of_a.row_stride,
                         .a_cs = of_a.col_stride,
                         .b = b.packed,
                         .b_rs = panel,
                         .b_panel = b_panel,
                         .c = c,
                         .ldc = p.ldc,
                         .old = p.accumulate || &step != &steps.front() ? c : nullptr,
                         .ld_old = p.ldc,
                         .widened = widens_panels ? wide + wide_a : nullptr});
    }
  });
}

}  // namespace r1
