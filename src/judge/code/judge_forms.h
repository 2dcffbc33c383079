// One function for each form of tests. Each runs a prepared program and gives what came of the tests, in order, up to the first
// that failed unless `all_tests`.
#pragma once

#include <vector>

#include "judge/code/code_judge.h"
#include "judge/code/program.h"

namespace r1 {

std::vector<TestOutcome> JudgeStdinTests(const Sandbox& sandbox, const Program& program, const StdinTests& tests,
                                         const CodeJudgeConfig& config);

// Python: see judge/code/python_sides.h.
std::vector<TestOutcome> JudgePythonAsserts(const Sandbox& sandbox, const Program& program, const AssertTests& tests,
                                            const CodeJudgeConfig& config);

// Call tests as assert tests. Throws kInvalidArgument for arguments that are no JSON list, or values that are no JSON.
AssertTests AssertsOfCalls(const CallTests& calls, double tolerance);

// The outcome of a run without a look at what it wrote.
TestOutcome OutcomeOf(const RunResult& result, const RunLimits& limits);

}  // namespace r1
