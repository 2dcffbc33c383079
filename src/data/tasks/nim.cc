// nim: who wins a game of taking stones? Difficulty 1 and 2: one heap, a few stones a move; the number to take is asked. 3 to 6:
// two to four heaps, any number of stones from one of them, and how many first moves win is asked. Bouton 1901, "Nim, a game with a
// complete mathematical theory".
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawNim(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  if (difficulty <= 2) {
    const int64_t most = rng.Between(2, 3 + 2 * difficulty), stones = rng.Between(most + 2, 60 * difficulty);
    const int64_t take = stones % (most + 1);
    if (take == 0) return std::nullopt;
    return MakePuzzle(
        difficulty,
        {.question = StrCat("Two players take turns. Each takes 1 to ", most, " stones from a heap of ", stones,
                            "; whoever takes the last stone wins. How many stones must the first player take in the first "
                            "move to be sure to win?"),
         .answer = std::to_string(take),
         .kind = "one heap",
         .key = StrCat("nim:", stones, "/", most)});
  }
  std::vector<int64_t> heaps;
  int64_t sum = 0;  // without carry: 0 where the player to move loses
  for (int64_t i = 0; i < difficulty - 1 && i < 4; ++i) {
    heaps.push_back(rng.Between(1, difficulty <= 4 ? 7 : 12));
    sum ^= heaps.back();
  }
  int64_t moves = 0;
  for (const int64_t heap : heaps) moves += (heap ^ sum) < heap;
  if (moves == 0 && !Chance(rng, 0.5)) return std::nullopt;
  std::sort(heaps.begin(), heaps.end());
  const std::string key = "nim:" + Join(heaps, ",");
  Shuffle(rng, heaps);
  return MakePuzzle(
      difficulty,
      {.question = StrCat("Two players take turns. Each takes any number of stones, at least one, from one of the heaps, which "
                          "have ",
                          Join(heaps),
                          " stones; whoever takes the last stone wins. How many of the first player's possible first moves "
                          "are sure to win? Answer 0 if the second player wins."),
       .answer = std::to_string(moves),
       .kind = StrCat(heaps.size(), " heaps"),
       .key = key});
}

}  // namespace r1
