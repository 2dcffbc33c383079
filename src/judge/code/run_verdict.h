// From how a run ended to a verdict and a reason that people can read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "judge/code/run_program.h"
#include "judge/code/verdict.h"

namespace r1 {

struct RunFailure {
  Verdict verdict;
  std::string reason;
};

// Nothing: the program ended by itself within its limits, with exit code 0. What it wrote is for others to compare.
std::optional<RunFailure> FailureOf(const RunResult& result, const RunLimits& limits);

// The last lines of what a program wrote to standard error, printable, at most `most_bytes`.
std::string TailOf(std::string_view text, size_t most_bytes);
// The same from the front.
std::string HeadOf(std::string_view text, size_t most_bytes);

}  // namespace r1
