// roman: Roman numerals. Difficulty 1 reads them, 2 writes them, 3 to 5 add or subtract two of them, larger each time.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

std::string Roman(int64_t number) {
  static constexpr std::pair<int64_t, const char*> kSigns[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
                                                               {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},   {9, "IX"},
                                                               {5, "V"},    {4, "IV"},   {1, "I"}};
  std::string text;
  for (const auto& [value, sign] : kSigns) {
    for (; number >= value; number -= value) text += sign;
  }
  return text;
}

}  // namespace

std::optional<Problem> DrawRoman(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  if (difficulty <= 2) {
    const int64_t number = rng.Between(4, 3999);
    return MakePuzzle(difficulty, {.question = difficulty == 1 ? StrCat("Which number is ", Roman(number), "?")
                                                               : StrCat("Write ", number, " in Roman numerals."),
                                   .answer = difficulty == 1 ? std::to_string(number) : Roman(number),
                                   .kind = difficulty == 1 ? "read" : "write",
                                   .key = StrCat("roman:", number)});
  }
  const int64_t most = difficulty == 3 ? 50 : difficulty == 4 ? 300 : 1900;
  const int64_t a = rng.Between(2, most), b = rng.Between(1, most);
  const bool minus = a > b && Chance(rng, 0.5);
  return MakePuzzle(difficulty,
                    {.question = StrCat("Compute ", Roman(a), minus ? " - " : " + ", Roman(b), " and answer in Roman numerals."),
                     .answer = Roman(minus ? a - b : a + b),
                     .kind = "sum",
                     .key = minus ? StrCat("roman:", a, "-", b) : StrCat("roman:", std::min(a, b), "+", std::max(a, b))});
}

}  // namespace r1
