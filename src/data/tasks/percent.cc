// percent: a price that rises and falls by percentages. Difficulty is the number of changes; every price on the way is whole.
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawPercent(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  static constexpr int64_t kPercents[] = {5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80};
  static constexpr const char* kThings[] = {"A coat", "A bicycle", "A lamp", "A table", "A phone", "A tent"};
  int64_t price = 20 * rng.Between(2, 100);
  std::string question = StrCat(Pick(rng, kThings), " costs ", price, " euros.");
  std::string key = StrCat("percent:", price);
  for (int64_t i = 0; i < difficulty; ++i) {
    const bool up = Chance(rng, 0.5);
    const int64_t percent = Pick(rng, kPercents);
    const int64_t scaled = price * (100 + (up ? percent : -percent));
    if (scaled % 100 != 0) return std::nullopt;
    price = scaled / 100;
    question += StrCat(i == 0 ? " Its price " : " Then it ", up ? "rises by " : "falls by ", percent, "%.");
    key += StrCat(up ? "+" : "-", percent);
  }
  return MakePuzzle(difficulty, {.question = question + " What does it cost now, in euros?",
                                 .answer = std::to_string(price),
                                 .kind = "percent",
                                 .key = std::move(key)});
}

}  // namespace r1
