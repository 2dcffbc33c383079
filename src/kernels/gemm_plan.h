// How a matrix product is cut into work: units, blocks of rows times groups of panels, each of which owns its part of C for the
// whole of k; and a unit into steps along k, so that a block of A and what it meets of B and C stay in the second-level cache. No
// cut changes a bit (docs/numerics.md).
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/kernels.h"

namespace r1 {

struct GemmShape {
  int64_t m, n, k;
};

struct Range {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

struct GemmPlan {
  int64_t row_blocks, row_grain;  // blocks begin at multiples of row_grain
  int64_t panel_groups;
  int64_t depth;  // of a step, elements of k: whole blocks of bf16
  int64_t num_units() const { return row_blocks * panel_groups; }
};

// a_in_columns: A's columns are contiguous, as dY's are in dW = dY^T X. Else `cut` says into which blocks A is cut.
GemmPlan PlanGemm(const GemmShape& shape, int panel_cols, int num_threads, bool a_in_columns, const GemmCut& cut);

// A^T B, both packed by every unit for itself, in steps of a depth that the caller chooses.
GemmPlan PlanTransposed(const GemmShape& shape, int panel_cols, int num_threads);

// Part `index` of [0, n) in `parts` parts that are as even as multiples of `grain` allow. May be empty.
Range Share(int64_t n, int64_t grain, int64_t parts, int64_t index);

// What unit `unit` owns of C. Either may be empty.
struct UnitOfC {
  Range rows, panels, cols;
};
UnitOfC UnitAt(const GemmPlan& plan, const GemmShape& shape, int panel_cols, int64_t unit);

// Calls run(unit) for all units of a plan, on this thread alone where a second one would cost more than it brings.
template <class Run>
void RunUnits(ThreadPool& pool, const GemmShape& shape, const GemmPlan& plan, const Run& run) {
  constexpr int64_t kSerialMacs = 50'000;
  if (shape.m * shape.n * shape.k >= kSerialMacs) return pool.Run(plan.num_units(), run);
  ThreadPool::EnterNumericsMode();
  for (int64_t unit = 0; unit < plan.num_units(); ++unit) run(unit);
}

constexpr int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t RoundUp(int64_t a, int64_t b) { return CeilDiv(a, b) * b; }

}  // namespace r1
