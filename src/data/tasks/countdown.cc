// countdown: a search. Three one-digit numbers, each used once, make a target as (a op b) op c; every way to do so ends with the
// same number c, which is the answer. Difficulty 1 uses + and -, difficulty 2 also *.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

struct Way {
  Equation first, second;
};

// Every (a op b) op c without negative values; sums and products once per pair.
std::vector<Way> AllWays(const std::array<int64_t, 3>& numbers, std::string_view ops, int64_t max_value) {
  std::vector<Way> ways;
  for (size_t last = 0; last < 3; ++last) {
    const int64_t a = std::max(numbers[(last + 1) % 3], numbers[(last + 2) % 3]);
    const int64_t b = std::min(numbers[(last + 1) % 3], numbers[(last + 2) % 3]);
    for (const char op1 : ops) {
      const Equation first = Solve(a, op1, b);
      for (const char op2 : ops) {
        const Equation second = Solve(first.result, op2, numbers[last]);
        if (second.result >= 0 && second.result <= max_value) ways.push_back({first, second});
      }
    }
  }
  return ways;
}

}  // namespace

std::optional<Problem> DrawCountdown(Rng& rng, int64_t difficulty, int64_t max_value) {
  static constexpr const char* kQuestions[] = {"Make {t} from {l} with {o}, using each once. Which number is used last?",
                                               "Use {l} once each and {o} to make {t}. Which number comes last?"};
  std::array<int64_t, 3> numbers{};
  for (int64_t& number : numbers) number = rng.Between(1, 9);
  if (numbers[0] == numbers[1] || numbers[0] == numbers[2] || numbers[1] == numbers[2]) return std::nullopt;
  const bool products = difficulty >= 2;
  std::vector<Way> ways = AllWays(numbers, products ? "+-*" : "+-", max_value);
  const Way goal = Pick(rng, ways);
  const int64_t target = goal.second.result;
  const int64_t answer = goal.second.b;
  bool needs_product = false;
  std::vector<Way> misses;
  for (const Way& way : ways) {
    if (way.second.result != target) {
      misses.push_back(way);
    } else if (way.second.b != answer) {
      return std::nullopt;
    } else {
      needs_product = way.first.op == '*' || way.second.op == '*';
    }
  }
  if (needs_product != products) return std::nullopt;

  // A person tries this and that; up to four misses before the hit, in no order.
  Solution solution;
  for (uint64_t tries = rng.Below(5); tries > 0 && !misses.empty(); --tries) {
    const size_t i = rng.Below(misses.size());
    const StepRole role = misses[i].second.result < target ? StepRole::kTooSmall : StepRole::kTooBig;
    solution.steps.push_back({misses[i].first, StepRole::kPart});
    solution.steps.push_back({.equation = misses[i].second, .role = role, .target = target});
    misses.erase(misses.begin() + static_cast<std::ptrdiff_t>(i));
  }
  solution.steps.push_back({goal.first, StepRole::kPart});
  solution.steps.push_back({.equation = goal.second, .role = StepRole::kHit, .target = target});

  std::array<int64_t, 3> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  Problem problem;
  problem.question = Fill(Pick(rng, kQuestions), {{'t', std::to_string(target)},
                                                  {'l', StrCat(numbers[0], ", ", numbers[1], " and ", numbers[2])},
                                                  {'o', products ? "+, - and *" : "+ and -"}});
  problem.answer = answer;
  problem.difficulty = difficulty;
  problem.kind = products ? "product" : "sum";
  problem.key = StrCat("countdown:", target, products ? "*" : "+", sorted[0], ',', sorted[1], ',', sorted[2]);
  problem.solutions = {std::move(solution)};
  return problem;
}

}  // namespace r1
