// ranking: who is oldest, second oldest, ... of people whose ages are compared in pairs. Difficulty: three to eight people. The
// comparisons allow one order only.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawRanking(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  static constexpr const char* kPlaces[] = {"oldest",       "second oldest", "third oldest",   "fourth oldest",
                                            "fifth oldest", "sixth oldest",  "seventh oldest", "eighth oldest"};
  const auto people = static_cast<size_t>(difficulty + 2);
  const std::vector<std::string> names = DrawNames(rng, people);  // names[0] is the oldest
  // Neighbours in the order must all be compared, or two orders would fit; a few more comparisons only distract.
  std::vector<std::pair<size_t, size_t>> pairs;
  for (size_t i = 0; i + 1 < people; ++i) pairs.push_back({i, i + 1});
  for (uint64_t extra = rng.Below(people - 1); extra > 0; --extra) {
    const size_t i = rng.Below(people - 2), j = i + 2 + rng.Below(people - i - 2);
    if (std::find(pairs.begin(), pairs.end(), std::pair(i, j)) == pairs.end()) pairs.push_back({i, j});
  }
  const size_t asked = rng.Below(people);
  Shuffle(rng, pairs);
  // The order of the sentences and the words in them are part of the key: names and extra comparisons alone make few problems.
  std::string question, key = StrCat("ranking:", asked, ":");
  for (const auto& [older, younger] : pairs) {
    const bool forward = Chance(rng, 0.5);
    question += forward ? StrCat(names[older], " is older than ", names[younger], ". ")
                        : StrCat(names[younger], " is younger than ", names[older], ". ");
    key += StrCat(older, forward ? ">" : "<", younger, ";");
  }
  return MakePuzzle(difficulty, {.question = StrCat(question, "Who is the ", kPlaces[asked], " of the ", people, "?"),
                                 .answer = names[asked],
                                 .kind = StrCat(people, " people"),
                                 .key = std::move(key)});
}

}  // namespace r1
