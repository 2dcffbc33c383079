// Two programs in two sandboxes that talk through two pipes: tests, which are trusted, and the solution, which is not.
#pragma once

#include "judge/code/judge_forms.h"

namespace r1 {

struct TwoSides {
  RunRequest tests, candidate;  // without limits and channels
};

// Runs both until the tests have ended, and reads what they wrote: a line "P", "F reason" (an assertion) or "R reason" (an error of
// the solution) for each test, then "done", or "gone" where the solution was. Nothing counts as passed without "done" but a line
// "P" before.
std::vector<TestOutcome> RunTwoSides(const FormContext& context, TwoSides sides, size_t num_tests);

}  // namespace r1
