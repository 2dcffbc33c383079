// sorting: lists in order, by bubble sort, and what stands at a place. Difficulty: the length of the list is it plus three.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawSorting(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < difficulty + 3; ++i) numbers.push_back(rng.Between(1, 99));
  std::vector<int64_t> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return std::nullopt;
  const std::string list = Join(numbers);
  if (Chance(rng, 0.5)) {
    return MakePuzzle(difficulty, {.question = StrCat("Sort these numbers from small to large: ", list,
                                                      ". Answer with the list, separated by commas."),
                                   .answer = Join(sorted),
                                   .kind = "list",
                                   .key = "sorting:" + Join(sorted, ",")});
  }
  // Every swap of neighbours removes one pair that stands in the wrong order.
  int64_t swaps = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    for (size_t j = i + 1; j < numbers.size(); ++j) swaps += numbers[i] > numbers[j];
  }
  return MakePuzzle(difficulty, {.question = StrCat("Bubble sort puts the list ", list,
                                                    " in increasing order by swapping neighbours. How many swaps does it make?"),
                                 .answer = std::to_string(swaps),
                                 .kind = "swaps",
                                 .key = "sorting:swaps" + list});
}

}  // namespace r1
