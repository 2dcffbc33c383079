// counting: in how many ways? Committees, arrangements of letters, and paths on a grid with a blocked crossing. Difficulty: the
// size.
#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

int64_t Choose(int64_t n, int64_t k) {
  int64_t ways = 1;
  for (int64_t i = 1; i <= k; ++i) ways = ways * (n - k + i) / i;
  return ways;
}

PuzzleParts Committee(Rng& rng, int64_t difficulty) {
  const int64_t women = rng.Between(2, 3 + difficulty), men = rng.Between(2, 3 + difficulty);
  const int64_t from_women = rng.Between(1, women - 1), from_men = rng.Between(1, men - 1);
  const std::string of_women = StrCat(women, ",", from_women), of_men = StrCat(men, ",", from_men);
  return {
      .question = StrCat("A club has ", women, " women and ", men, " men. In how many ways can it choose a committee of ",
                         from_women, from_women == 1 ? " woman and " : " women and ", from_men, from_men == 1 ? " man?" : " men?"),
      .answer = std::to_string(Choose(women, from_women) * Choose(men, from_men)),
      .kind = "committee",
      .key = StrCat("counting:", std::min(of_women, of_men), ",", std::max(of_women, of_men))};
}

PuzzleParts Letters(Rng& rng, int64_t difficulty) {
  std::string word;
  std::map<char, int64_t> counts;
  int64_t ways = 1;
  for (int64_t i = 0; i < 3 + difficulty; ++i) {
    word += "ABCDE"[rng.Below(static_cast<uint64_t>(difficulty <= 2 ? 3 : 5))];
    // One letter more in a word of i, as its m-th copy: (i + 1) / m times as many arrangements.
    ways = ways * (i + 1) / ++counts[word.back()];
  }
  std::string sorted = word;  // in any order they are the same letters
  std::sort(sorted.begin(), sorted.end());
  return {.question = StrCat("How many different arrangements do the letters of ", word, " have?"),
          .answer = std::to_string(ways),
          .kind = "letters",
          .key = "counting:" + sorted};
}

PuzzleParts Paths(Rng& rng, int64_t difficulty) {
  const int64_t width = rng.Between(2, 2 + difficulty), height = rng.Between(2, 2 + difficulty);
  const int64_t x = rng.Between(1, width), y = rng.Between(0, height - 1);
  const int64_t through = Choose(x + y, x) * Choose(width - x + height - y, width - x);
  return {
      .question = StrCat("How many shortest paths along a grid lead from (0, 0) to (", width, ", ", height,
                         ") without passing through the point (", x, ", ", y, ")?"),
      .answer = std::to_string(Choose(width + height, width) - through),
      .kind = "paths",
      .key = "counting:paths" + std::min(StrCat(width, ",", height, ",", x, ",", y), StrCat(height, ",", width, ",", y, ",", x))};
}

}  // namespace

std::optional<Problem> DrawCounting(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const double roll = rng.Uniform();
  return MakePuzzle(difficulty, roll < 0.35  ? Committee(rng, difficulty)
                                : roll < 0.7 ? Letters(rng, difficulty)
                                             : Paths(rng, difficulty));
}

}  // namespace r1
