// dice: the probability of a sum of dice, as a fraction. Difficulty: two or three dice with 4 to 12 sides, "exactly" or "at least".
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawDice(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const size_t count = difficulty <= 2 ? 2 : 3;
  std::vector<int64_t> sides;
  for (size_t i = 0; i < count; ++i) sides.push_back(difficulty == 1 ? rng.Between(4, 8) : rng.Between(4, 12));
  std::sort(sides.begin(), sides.end());
  // ways[s]: how often the dice so far show the sum s.
  std::vector<int64_t> ways = {1};
  for (const int64_t n : sides) {
    std::vector<int64_t> next(ways.size() + static_cast<size_t>(n), 0);
    for (size_t s = 0; s < ways.size(); ++s) {
      for (size_t face = 1; face <= static_cast<size_t>(n); ++face) next[s + face] += ways[s];
    }
    ways = std::move(next);
  }
  const bool at_least = difficulty % 2 == 0 || Chance(rng, 0.5);
  const int64_t sum = rng.Between(static_cast<int64_t>(count) + 1, static_cast<int64_t>(ways.size()) - 2);
  int64_t good = 0, all = 0;
  for (size_t s = 0; s < ways.size(); ++s) {
    all += ways[s];
    const auto value = static_cast<int64_t>(s);
    if (value == sum || (at_least && value > sum)) good += ways[s];
  }
  return MakePuzzle(difficulty, {.question = StrCat("One fair die each with ", Join(sides),
                                                    " sides, numbered from 1, is rolled. What is the probability that the sum is ",
                                                    at_least ? "at least " : "exactly ", sum, "? Answer as a fraction."),
                                 .answer = FractionText(good, all),
                                 .kind = at_least ? "at least" : "exactly",
                                 .key = StrCat("dice:", Join(sides, ","), at_least ? ">=" : "=", sum)});
}

}  // namespace r1
