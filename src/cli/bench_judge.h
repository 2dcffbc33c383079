// Speed of the judges: verdicts a second of one core, over pairs as data sets and models write them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace r1 {

struct JudgeBenchResult {
  std::string name;           // the kind of pair; "ordinary" for the mix of all
  int64_t pairs = 0;          // different ones
  double verdicts_per_s = 0;  // median of the samples
  double slowest_us = 0;      // of the pairs, each at its median
};

// Calls report for each kind as it is measured, `seconds` long each.
void BenchJudge(double seconds, const std::function<void(const JudgeBenchResult&)>& report);

}  // namespace r1
