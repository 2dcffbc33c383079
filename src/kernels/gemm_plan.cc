#include "kernels/gemm_plan.h"

#include <algorithm>

namespace r1 {
namespace {

constexpr int64_t kDeepElements = 16384;     // half of what a step takes of A when its rows are few
constexpr int64_t kLine = 16;                // floats in a cache line
constexpr int64_t kUnitsPerThread = 4;       // enough to even out a thread that is descheduled ...
constexpr int64_t kMacsForMore = 4'000'000;  // ... in a product that takes long enough for that to happen
// What one unit covers of C where A lies in columns.
constexpr int64_t kTallest = 96, kLowest = 32, kWidest = 1024;

}  // namespace

Range Share(int64_t n, int64_t grain, int64_t parts, int64_t index) {
  const int64_t grains = CeilDiv(n, grain);
  return {std::min(n, grains * index / parts * grain), std::min(n, grains * (index + 1) / parts * grain)};
}

UnitOfC UnitAt(const GemmPlan& plan, const GemmShape& shape, int panel_cols, int64_t unit) {
  const Range panels = Share(CeilDiv(shape.n, panel_cols), 1, plan.panel_groups, unit % plan.panel_groups);
  return {.rows = Share(shape.m, plan.row_grain, plan.row_blocks, unit / plan.panel_groups),
          .panels = panels,
          .cols = {panels.begin * panel_cols, std::min(shape.n, panels.end * panel_cols)}};
}

GemmPlan PlanGemm(const GemmShape& shape, int panel_cols, int num_threads, bool a_in_columns, const GemmCut& cut) {
  const int64_t threads = num_threads, panels = CeilDiv(shape.n, panel_cols);
  const int64_t units = threads == 1                                           ? 1
                        : shape.m * shape.n * shape.k < threads * kMacsForMore ? threads
                                                                               : kUnitsPerThread * threads;
  GemmPlan plan;
  if (a_in_columns) {
    // Each step of k reads a run along the rows of C. Blocks of few rows leave the second-level cache to a deep A and what passes
    // it, and C, most often larger than its operands, is seldom written.
    plan.row_grain = kLine;
    plan.depth = 1024;
    const int64_t blocks = std::max(CeilDiv(shape.m, kTallest), std::min(2 * threads, CeilDiv(shape.m, kLowest)));
    plan.row_blocks = std::min(RoundUp(blocks, threads), CeilDiv(shape.m, kLine));
    plan.panel_groups = CeilDiv(shape.n, kWidest);
  } else {
    plan.row_grain = 1;
    // Few rows fit beside deep panels, which the hardware's prefetching likes to run through in one go.
    plan.depth = RoundUp(std::max(cut.depth, kDeepElements / shape.m * 2), kBf16Block);
    plan.row_blocks = CeilDiv(shape.m, cut.rows);
    plan.panel_groups = CeilDiv(units, plan.row_blocks);
  }
  // Few units are dealt out evenly only if every thread gets as many.
  if (plan.row_blocks % threads != 0 && plan.row_blocks < kUnitsPerThread * threads)
    plan.panel_groups = RoundUp(plan.panel_groups, threads);
  plan.panel_groups = std::clamp<int64_t>(plan.panel_groups, 1, panels);
  return plan;
}

GemmPlan PlanTransposed(const GemmShape& shape, int panel_cols, int num_threads) {
  constexpr int64_t kMostOfC = 48 * 1024;  // floats of a unit's part of C, which stays in the second-level cache
  constexpr int64_t kSides = 16;           // to read and pack a float takes as long as this many multiply-adds
  const int64_t threads = num_threads, grains = CeilDiv(shape.m, kLine), panels = CeilDiv(shape.n, panel_cols);
  GemmPlan best = {.row_grain = kLine};
  int64_t best_cost = 0;
  // The fewest groups for each number of row blocks, and of these cuts the one that the busiest thread is done with first.
  for (int64_t row_blocks = 1; row_blocks <= grains; row_blocks += 1 + row_blocks / 16) {
    const int64_t rows = CeilDiv(grains, row_blocks) * kLine;
    const int64_t most_panels = std::max<int64_t>(1, kMostOfC / rows / panel_cols);
    const int64_t groups = std::min(panels, std::max(CeilDiv(threads, row_blocks), CeilDiv(panels, most_panels)));
    const int64_t cols = CeilDiv(panels, groups) * panel_cols;
    const int64_t cost = CeilDiv(row_blocks * groups, threads) * (rows * cols + kSides * (rows + cols));
    if (best_cost != 0 && cost >= best_cost) continue;
    best_cost = cost;
    best.row_blocks = row_blocks;
    best.panel_groups = groups;
  }
  return best;
}

}  // namespace r1
