// magic: a missing number of a 3 by 3 magic square, all of whose rows, columns and diagonals have the same sum. Difficulty is the
// number of blanks, 1 to 4.
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

// All 3 by 3 magic squares: c is in the middle, u and v are any numbers (Lucas).
std::array<int64_t, 9> Square(int64_t c, int64_t u, int64_t v) {
  return {c - u, c + u + v, c - v, c + u - v, c, c - u + v, c + v, c - u - v, c + u};
}

// The equations "sum of a line = 3 * middle" have as unknowns only c, u and v: a square is known once they are, which is when the
// shown cells, linear in (c, u, v), have rank 3.
bool ShownCellsDecide(const std::array<bool, 9>& blank) {
  std::vector<std::array<int64_t, 3>> rows;
  const auto base = Square(0, 0, 0), c = Square(1, 0, 0), u = Square(0, 1, 0), v = Square(0, 0, 1);
  for (size_t i = 0; i < 9; ++i) {
    if (!blank[i]) rows.push_back({c[i] - base[i], u[i] - base[i], v[i] - base[i]});
  }
  for (size_t i = 0; i < rows.size(); ++i)
    for (size_t j = i + 1; j < rows.size(); ++j)
      for (size_t k = j + 1; k < rows.size(); ++k) {
        const auto &a = rows[i], &b = rows[j], &d = rows[k];
        if (a[0] * (b[1] * d[2] - b[2] * d[1]) - a[1] * (b[0] * d[2] - b[2] * d[0]) + a[2] * (b[0] * d[1] - b[1] * d[0]) != 0)
          return true;
      }
  return false;
}

}  // namespace

std::optional<Problem> DrawMagic(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const int64_t c = rng.Between(5, 40), u = rng.Between(-9, 9), v = rng.Between(-9, 9);
  const auto square = Square(c, u, v);
  for (size_t i = 0; i < 9; ++i) {
    if (square[i] < 1) return std::nullopt;
    for (size_t j = 0; j < i; ++j) {
      if (square[i] == square[j]) return std::nullopt;
    }
  }
  std::array<bool, 9> blank{};
  std::vector<size_t> blanks;
  while (blanks.size() < static_cast<size_t>(difficulty)) {
    const size_t i = rng.Below(9);
    if (!blank[i]) blank[i] = true, blanks.push_back(i);
  }
  if (!ShownCellsDecide(blank)) return std::nullopt;
  const size_t asked = Pick(rng, blanks);
  std::string text;
  for (size_t i = 0; i < 9; ++i)
    text += (i == asked ? std::string("?")
             : blank[i] ? std::string("_")
                        : std::to_string(square[i])) +
            (i % 3 == 2 ? (i == 8 ? "" : " / ") : " ");
  std::vector<int64_t> numbers(square.begin(), square.end());
  return MakePuzzle(
      difficulty,
      {.question = StrCat("In this square all rows, columns and both diagonals have the same sum; _ and ? are numbers not "
                          "shown. Rows are separated by slashes: ",
                          text, ". What is ?"),
       .answer = std::to_string(square[asked]),
       .kind = "square",
       .key = "magic:" + Join(numbers, ",")});
}

}  // namespace r1
