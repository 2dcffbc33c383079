// bases: a number written in another base. Difficulty 1 and 2 go from base 10, 3 and 4 to base 10, 5 and 6 from one to another.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

std::string InBase(int64_t number, int64_t base) {
  std::string digits;
  for (; number > 0; number /= base) digits += "0123456789ABCDEF"[number % base];
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

std::optional<Problem> DrawBases(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto draw_base = [&] { return Chance(rng, 0.3) ? 2 : Chance(rng, 0.2) ? 16 : rng.Between(3, 9); };
  const int64_t from = difficulty <= 2 ? 10 : draw_base();
  const int64_t to = difficulty == 3 || difficulty == 4 ? 10 : draw_base();
  if (from == to) return std::nullopt;
  const int64_t number = rng.Between(10, difficulty % 2 == 1 ? 120 : 1000);
  const std::string given = InBase(number, from);
  return MakePuzzle(difficulty,
                    {.question = StrCat("The number ", given, " is written in base ", from, ". Write it in base ", to, "."),
                     .answer = InBase(number, to),
                     .kind = "base",
                     .key = StrCat("bases:", given, ",", from, ",", to)});
}

}  // namespace r1
