// How fast every op is, forward and backward, as a fraction of what the machine can do at the same moment.
#pragma once

#include <functional>
#include <string>

#include "ops/exec_context.h"

namespace r1::ops {

struct OpResult {
  std::string name;
  bool backward = false;
  double seconds = 0;   // of one call, median
  double gflops = 0;    // 0: bound by memory
  double gbytes_s = 0;  // 0: bound by arithmetic, or not known (the backward pass of memory-bound ops)
  double fraction =
      0;  // median of rate / the ceiling probed right before: multiply-adds, or reading as many bytes as the op touches
};

// Runs those of AllOpCases(CaseSize::kBench) whose name is wanted, each for about `seconds`, and hands on each result as it comes.
// The backward pass counts twice the forward's operations, whatever it recomputes.
void BenchOps(Runtime& runtime, double seconds, const std::function<bool(const std::string& name)>& wanted,
              const std::function<void(const OpResult&)>& done);

}  // namespace r1::ops
