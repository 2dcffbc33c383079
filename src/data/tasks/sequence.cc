// sequence: the next number. Difficulty 1: a constant step up; 2: a constant step down; 3: steps that grow by a constant; 4: each
// number is the same multiple of the one before, or the steps alternate.
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

constexpr const char* kKinds[] = {"up", "down", "growing", "times", "alternating"};

// The numbers shown and, last, the answer.
std::vector<int64_t> DrawNumbers(Rng& rng, int64_t kind) {
  const auto count = static_cast<size_t>(kind == 4 ? 6 : 5);
  std::vector<int64_t> numbers{kind == 1 ? rng.Between(30, 99) : kind == 3 ? rng.Between(1, 5) : rng.Between(1, 40)};
  const int64_t step = kind == 3 ? rng.Between(2, 3) : rng.Between(1, kind == 2 ? 6 : 12);
  const int64_t other = kind == 2 ? rng.Between(1, 4) : rng.Between(1, 12);
  while (numbers.size() < count) {
    const auto i = static_cast<int64_t>(numbers.size()) - 1;
    const int64_t last = numbers.back();
    numbers.push_back(kind == 0   ? last + step
                      : kind == 1 ? last - step
                      : kind == 2 ? last + step + i * other
                      : kind == 3 ? last * step
                                  : last + (i % 2 == 0 ? step : other));
  }
  if (kind == 4 && step == other) numbers.back() = -1;
  return numbers;
}

}  // namespace

std::optional<Problem> DrawSequence(Rng& rng, int64_t difficulty, int64_t max_value) {
  static constexpr const char* kQuestions[] = {"What comes next: {l}, ...?", "Continue {l}. What is the next number?",
                                               "Find the next number: {l}, ?"};
  const int64_t kind = difficulty == 4 && Chance(rng, 0.7) ? 4 : difficulty - 1;
  const std::vector<int64_t> numbers = DrawNumbers(rng, kind);
  for (const int64_t number : numbers) {
    if (number < 0 || number > max_value) return std::nullopt;
  }
  Problem problem;
  std::string list;
  for (size_t i = 0; i + 1 < numbers.size(); ++i) list += (i > 0 ? ", " : "") + std::to_string(numbers[i]);
  problem.question = Fill(Pick(rng, kQuestions), {{'l', list}});
  problem.answer = numbers.back();
  problem.difficulty = difficulty;
  problem.kind = kKinds[kind];
  problem.key = "sequence:" + list;

  Solution solution;
  const auto add = [&](int64_t a, char op, int64_t b) { solution.steps.push_back({Solve(a, op, b)}); };
  const size_t shown = numbers.size() - 1;
  const int64_t last = numbers[shown - 1];
  for (size_t i = 1; i < shown; ++i) {
    if (kind == 3) {
      add(numbers[i], '/', numbers[i - 1]);
    } else if (kind == 1) {
      add(numbers[i - 1], '-', numbers[i]);
    } else {
      add(numbers[i], '-', numbers[i - 1]);
    }
  }
  const int64_t step = kind == 3 ? last / numbers[shown - 2] : last - numbers[shown - 2];
  if (kind == 2) {
    const int64_t growth = step - (numbers[shown - 2] - numbers[shown - 3]);
    add(step, '+', growth);
    add(last, '+', step + growth);
  } else if (kind == 3) {
    add(last, '*', step);
  } else if (kind == 4) {
    add(last, '+', numbers.back() - last);
  } else {
    add(last, kind == 1 ? '-' : '+', kind == 1 ? -step : step);
  }
  problem.solutions = {std::move(solution)};
  return problem;
}

}  // namespace r1
