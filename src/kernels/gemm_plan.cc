#include "kernels/gemm_plan.h"

#include <algorithm>

namespace r1 {
namespace {

constexpr int64_t kDeepElements = 16384;     // half of what a step takes of A when its rows are few
constexpr int64_t kLine = 16;                // floats in a cache line
constexpr int64_t kUnitsPerThread = 4;       // enough to even out a thread that is descheduled ...
constexpr int64_t kMacsForMore = 4'000'000;  // ... in a product that takes long enough for that to happen

}  // namespace

Range Share(int64_t n, int64_t grain, int64_t parts, int64_t index) {
  const int64_t grains = CeilDiv(n, grain);
  return {std::min(n, grains * index / parts * grain), std::min(n, grains * (index + 1) / parts * grain)};
}

GemmPlan PlanGemm(const GemmShape& shape, int panel_cols, int num_threads, bool a_in_columns, bool bf16) {
  const int64_t threads = num_threads, panels = CeilDiv(shape.n, panel_cols);
  const int64_t units = threads == 1                                           ? 1
                        : shape.m * shape.n * shape.k < threads * kMacsForMore ? threads
                                                                               : kUnitsPerThread * threads;
  GemmPlan plan;
  if (a_in_columns) {
    // Each step of k reads a run along the rows of C, so blocks are wide rather than deep, and end with a cache line.
    const int64_t least = CeilDiv(shape.m, 384), most = CeilDiv(shape.m, 64);
    plan.row_grain = kLine;
    plan.depth = bf16 ? 512 : 256;
    plan.row_blocks = std::clamp<int64_t>(units, least, std::max(least, most));
    if (bf16 && plan.row_blocks >= threads) {
      // Every group of panels rounds its rows of A anew: one group, then, and as many blocks for each thread.
      plan.row_blocks = std::max(least, plan.row_blocks / threads * threads);
      plan.panel_groups = 1;
      return plan;
    }
  } else {
    plan.row_grain = 1;
    // Few rows fit beside deep panels, which the hardware's prefetching likes to run through in one go.
    plan.depth = std::max<int64_t>(bf16 ? 1024 : 512, kDeepElements / shape.m * 2);
    plan.row_blocks = CeilDiv(shape.m, 128);
  }
  // Few units are dealt out evenly only if every thread gets as many.
  plan.panel_groups = CeilDiv(units, plan.row_blocks);
  if (plan.row_blocks % threads != 0 && plan.row_blocks < kUnitsPerThread * threads)
    plan.panel_groups = RoundUp(plan.panel_groups, threads);
  plan.panel_groups = std::clamp<int64_t>(plan.panel_groups, 1, panels);
  return plan;
}

}  // namespace r1
