// average: means and medians. Odd difficulties ask for the number that is missing from a list with a known mean, even ones for the
// median of a list. Difficulty also is the length of the list, less two.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawAverage(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto count = static_cast<size_t>(difficulty + 2);
  std::vector<int64_t> numbers;
  int64_t sum = 0;
  for (size_t i = 0; i < count; ++i) {
    numbers.push_back(rng.Between(1, 60));
    sum += numbers.back();
  }
  std::vector<int64_t> sorted = numbers;
  if (difficulty % 2 == 0) {
    std::sort(sorted.begin(), sorted.end());
    return MakePuzzle(difficulty, {.question = StrCat("What is the median of the numbers ", Join(numbers), "?"),
                                   .answer = FractionText(sorted[(count - 1) / 2] + sorted[count / 2], 2),
                                   .kind = "median",
                                   .key = "average:median" + Join(sorted, ",")});
  }
  const auto n = static_cast<int64_t>(count);
  if (sum % n != 0) return std::nullopt;
  const int64_t missing = numbers.back();
  numbers.pop_back();
  sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  return MakePuzzle(difficulty, {.question = StrCat("The mean of ", n, " numbers is ", sum / n, ". All but one of them are ",
                                                    Join(numbers), ". What is the other one?"),
                                 .answer = std::to_string(missing),
                                 .kind = "missing",
                                 .key = StrCat("average:", sum / n, ":", Join(sorted, ","))});
}

}  // namespace r1
