// divisors: the greatest common divisor or the least common multiple of two to four numbers. Difficulty: how many, and how large.
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawDivisors(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const bool multiple = Chance(rng, 0.4);
  const auto count = static_cast<size_t>(difficulty <= 2 ? 2 : difficulty <= 4 ? 3 : 4);
  // A divisor in common is planted: numbers drawn blindly have none most of the time.
  const int64_t common = rng.Between(2, multiple ? 4 : 4 + 3 * difficulty);
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(common * rng.Between(1, multiple ? 3 + 2 * difficulty : 4 + 4 * difficulty));
  int64_t answer = numbers[0];
  for (const int64_t n : numbers) answer = multiple ? std::lcm(answer, n) : std::gcd(answer, n);
  if (answer > 10000) return std::nullopt;
  std::vector<int64_t> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return std::nullopt;
  const char* what = multiple ? "least common multiple" : "greatest common divisor";
  return MakePuzzle(difficulty, {.question = Chance(rng, 0.5) ? StrCat("What is the ", what, " of ", Join(numbers), "?")
                                                              : StrCat("Find the ", what, " of the numbers ", Join(numbers), "."),
                                 .answer = std::to_string(answer),
                                 .kind = multiple ? "multiple" : "divisor",
                                 .key = StrCat(multiple ? "lcm:" : "gcd:", Join(sorted, ","))});
}

}  // namespace r1
