// roads: the length of the shortest way between two towns. Difficulty: four to nine towns.
#include <algorithm>
#include <queue>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

struct Road {
  size_t a, b;
  int64_t length;
};

// Dijkstra 1959. -1: no way.
int64_t ShortestWay(const std::vector<Road>& roads, size_t towns, size_t from, size_t to) {
  std::vector<int64_t> best(towns, -1);
  std::priority_queue<std::pair<int64_t, size_t>> open;  // (minus the length, town)
  open.push({0, from});
  while (!open.empty()) {
    const auto [minus, town] = open.top();
    open.pop();
    if (best[town] >= 0) continue;
    best[town] = -minus;
    for (const Road& road : roads) {
      if (road.a == town) open.push({minus - road.length, road.b});
      if (road.b == town) open.push({minus - road.length, road.a});
    }
  }
  return best[to];
}

}  // namespace

std::optional<Problem> DrawRoads(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto towns = static_cast<size_t>(difficulty + 3);
  std::vector<Road> roads;
  for (size_t a = 0; a < towns; ++a) {
    for (size_t b = a + 1; b < towns; ++b) {
      // Towns are drawn near each other in the alphabet, so that the way from the first to the last has several legs.
      if (b - a <= 3 && Chance(rng, 0.65)) roads.push_back({a, b, rng.Between(1, 9) + static_cast<int64_t>(5 * (b - a - 1))});
    }
  }
  const int64_t answer = ShortestWay(roads, towns, 0, towns - 1);
  if (answer < 0) return std::nullopt;
  std::vector<char> letters;
  for (size_t i = 0; i < towns; ++i) letters.push_back(static_cast<char>('A' + i));
  Shuffle(rng, letters);
  std::string key = "roads:";  // towns by their number, whatever they are called
  for (const Road& road : roads) key += StrCat(road.a, "-", road.b, "=", road.length, ";");
  Shuffle(rng, roads);
  std::string list;
  for (const Road& road : roads)
    list += StrCat(list.empty() ? "" : ", ", letters[road.a], "-", letters[road.b], " ", road.length, " km");
  return MakePuzzle(difficulty, {.question = StrCat("These roads join towns, in both directions: ", list,
                                                    ". How many kilometres is the shortest way from ", letters[0], " to ",
                                                    letters[towns - 1], "?"),
                                 .answer = std::to_string(answer),
                                 .kind = StrCat(towns, " towns"),
                                 .key = std::move(key)});
}

}  // namespace r1
