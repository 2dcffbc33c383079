// sudoku: a cell of a 4 by 4 sudoku with one solution. Difficulty: 4 to 9 blanks.
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

using Grid = std::array<int, 16>;  // 0: blank

bool MayStand(const Grid& grid, size_t at, int digit) {
  const size_t row = at / 4, column = at % 4;
  for (size_t i = 0; i < 4; ++i) {
    if (grid[row * 4 + i] == digit || grid[i * 4 + column] == digit) return false;
    if (grid[(row / 2 * 2 + i / 2) * 4 + column / 2 * 2 + i % 2] == digit) return false;
  }
  return true;
}

// Counts solutions, at most two.
int CountSolutions(Grid& grid) {
  size_t at = 0;
  while (at < 16 && grid[at] != 0) ++at;
  if (at == 16) return 1;
  int found = 0;
  for (int digit = 1; digit <= 4 && found < 2; ++digit) {
    if (!MayStand(grid, at, digit)) continue;
    grid[at] = digit;
    found += CountSolutions(grid);
    grid[at] = 0;
  }
  return found < 2 ? found : 2;
}

// Any of the 288 full grids: digits renamed, bands, rows and columns swapped, from one that cannot be had so, or the other.
Grid DrawFull(Rng& rng) {
  static constexpr Grid kSeeds[] = {{1, 2, 3, 4, 3, 4, 1, 2, 2, 1, 4, 3, 4, 3, 2, 1},
                                    {1, 2, 3, 4, 3, 4, 1, 2, 2, 3, 4, 1, 4, 1, 2, 3}};
  const Grid& seed = Pick(rng, kSeeds);
  std::vector<int> digits = {1, 2, 3, 4};
  Shuffle(rng, digits);
  const auto order = [&] {
    const size_t band = rng.Below(2), first = rng.Below(2), second = rng.Below(2);
    return std::array<size_t, 4>{band * 2 + first, band * 2 + 1 - first, (1 - band) * 2 + second, (1 - band) * 2 + 1 - second};
  };
  const auto rows = order(), columns = order();
  const bool flip = Chance(rng, 0.5);
  Grid grid{};
  for (size_t r = 0; r < 4; ++r)
    for (size_t c = 0; c < 4; ++c)
      grid[flip ? c * 4 + r : r * 4 + c] = digits[static_cast<size_t>(seed[rows[r] * 4 + columns[c]] - 1)];
  return grid;
}

}  // namespace

std::optional<Problem> DrawSudoku(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const Grid full = DrawFull(rng);
  Grid shown = full;
  std::vector<size_t> blanks;
  while (blanks.size() < static_cast<size_t>(difficulty + 3)) {
    const size_t at = rng.Below(16);
    if (shown[at] != 0) shown[at] = 0, blanks.push_back(at);
  }
  Grid copy = shown;
  if (CountSolutions(copy) != 1) return std::nullopt;
  const size_t asked = Pick(rng, blanks);
  std::string text;
  for (size_t i = 0; i < 16; ++i)
    text += (shown[i] == 0 ? "_" : std::to_string(shown[i])) + (i % 4 == 3 ? (i == 15 ? "" : " / ") : " ");
  return MakePuzzle(
      difficulty,
      {.question = StrCat("Fill the blanks so that every row, every column and every quarter (2 by 2) holds 1, 2, 3 and 4 "
                          "once each. Rows are separated by slashes: ",
                          text, ". Which number goes into row ", asked / 4 + 1, ", column ", asked % 4 + 1, "?"),
       .answer = std::to_string(full[asked]),
       .kind = StrCat(difficulty + 3, " blanks"),
       .key = "sudoku:" + text});
}

}  // namespace r1
