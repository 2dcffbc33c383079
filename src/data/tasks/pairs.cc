// pairs: a search. Of three to six numbers exactly one pair adds up to the target; the answer is the smaller of the two. Two ways
// to solve it: try the pairs in order, or subtract each number from the target and look for the rest in the list.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

Solution TryPairs(const std::vector<int64_t>& numbers, int64_t target) {
  Solution solution;
  for (size_t i = 0; i < numbers.size(); ++i) {
    for (size_t j = i + 1; j < numbers.size(); ++j) {
      const Equation e = Solve(numbers[i], '+', numbers[j]);
      const StepRole role = e.result < target ? StepRole::kTooSmall : e.result > target ? StepRole::kTooBig : StepRole::kHit;
      solution.steps.push_back({.equation = e, .role = role, .target = target});
      if (role == StepRole::kHit) return solution;
    }
  }
  return solution;
}

Solution LookForRest(const std::vector<int64_t>& numbers, int64_t target) {
  Solution solution;
  for (const int64_t number : numbers) {
    if (number >= target) continue;
    const Equation e = Solve(target, '-', number);
    const bool present = e.result != number && std::find(numbers.begin(), numbers.end(), e.result) != numbers.end();
    solution.steps.push_back({e, present ? StepRole::kPresent : StepRole::kAbsent});
    if (present) {
      solution.check = {Solve(number, '+', e.result)};
      return solution;
    }
  }
  return solution;
}

}  // namespace

std::optional<Problem> DrawPairs(Rng& rng, int64_t difficulty, int64_t max_value) {
  static constexpr const char* kQuestions[] = {"Two of the numbers {l} add up to {t}. What is the smaller one?",
                                               "Which two of {l} make {t}? Give the smaller one.",
                                               "Find two numbers in {l} with the sum {t}. What is the smaller of them?"};
  const size_t count = static_cast<size_t>(difficulty) + 2;
  std::vector<int64_t> numbers;
  while (numbers.size() < count) {
    const int64_t number = rng.Between(2, std::min<int64_t>(49, max_value / 2));
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
  }
  const size_t first = rng.Below(count);
  const size_t second = (first + 1 + rng.Below(count - 1)) % count;
  const int64_t target = numbers[first] + numbers[second];
  int64_t ways = 0;
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = i + 1; j < count; ++j) ways += numbers[i] + numbers[j] == target;
  }
  if (ways != 1) return std::nullopt;

  std::string list;
  for (const int64_t number : numbers) list += (list.empty() ? "" : ", ") + std::to_string(number);
  std::vector<int64_t> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  Problem problem;
  problem.key = StrCat("pairs:", target, '=');
  for (const int64_t number : sorted) problem.key += StrCat('+', number);
  problem.question = Fill(Pick(rng, kQuestions), {{'l', list}, {'t', std::to_string(target)}});
  problem.answer = std::min(numbers[first], numbers[second]);
  problem.difficulty = difficulty;
  problem.kind = "pairs";
  problem.solutions = {TryPairs(numbers, target), LookForRest(numbers, target)};
  return problem;
}

}  // namespace r1
