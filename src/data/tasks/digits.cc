// digits: addition of two numbers column by column with carries. Difficulty is the number of digits, 2 to 5; max_value does not
// apply.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawDigits(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  static constexpr const char* kQuestions[] = {"Add {a} and {b}.", "What is {a} plus {b}?", "Compute {a}+{b} digit by digit."};
  int64_t low = 1;
  for (int64_t i = 1; i < difficulty; ++i) low *= 10;
  const int64_t a = rng.Between(low, 10 * low - 1);
  const int64_t b = rng.Between(low, 10 * low - 1);
  Problem problem;
  problem.question = Fill(Pick(rng, kQuestions), {{'a', std::to_string(a)}, {'b', std::to_string(b)}});
  problem.answer = a + b;
  problem.difficulty = difficulty;
  problem.kind = "addition";
  problem.key = Chain{{{'+', a}, {'+', b}}}.Key();

  Solution solution;
  int64_t carry = 0;
  for (int64_t place = 1; place <= low; place *= 10) {
    Equation e = Solve(a / place % 10, '+', b / place % 10);
    if (carry > 0) {
      solution.steps.push_back({e, StepRole::kPart});
      e = Solve(e.result, '+', 1);
    }
    carry = e.result / 10;
    solution.steps.push_back({.equation = e, .role = StepRole::kColumn, .digit = e.result % 10, .carry = carry});
  }
  problem.solutions = {std::move(solution)};
  return problem;
}

}  // namespace r1
