// seating: who sits where in a row, from a few facts that leave one order. Difficulty: three to six people.
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

struct Fact {
  enum Kind { kLeftOf, kNextTo, kNotNextTo, kAtEnd, kNotAtEnd, kDirectlyLeft } kind;
  size_t a, b;

  bool Holds(const std::vector<size_t>& seat) const {  // seat[person]
    const size_t x = seat[a], y = seat[b];
    const bool neighbours = x + 1 == y || y + 1 == x, end = x == 0 || x + 1 == seat.size();
    switch (kind) {
      case kLeftOf: return x < y;
      case kNextTo: return neighbours;
      case kNotNextTo: return !neighbours;
      case kAtEnd: return end;
      case kNotAtEnd: return !end;
      case kDirectlyLeft: return x + 1 == y;
    }
    return false;
  }
  std::string Text(const std::vector<std::string>& names) const {
    switch (kind) {
      case kLeftOf: return StrCat(names[a], " sits somewhere to the left of ", names[b], ".");
      case kNextTo: return StrCat(names[a], " sits next to ", names[b], ".");
      case kNotNextTo: return StrCat(names[a], " does not sit next to ", names[b], ".");
      case kAtEnd: return StrCat(names[a], " sits at an end.");
      case kNotAtEnd: return StrCat(names[a], " does not sit at an end.");
      case kDirectlyLeft: return StrCat(names[a], " sits directly to the left of ", names[b], ".");
    }
    return "";
  }
};

}  // namespace

std::optional<Problem> DrawSeating(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto people = static_cast<size_t>(difficulty + 2);
  std::vector<size_t> truth(people);
  std::iota(truth.begin(), truth.end(), size_t{0});  // person i sits on seat i: names are drawn, so nobody can tell
  std::vector<std::vector<size_t>> orders;           // that fit the facts so far
  std::vector<size_t> seat = truth;
  do orders.push_back(seat);
  while (std::next_permutation(seat.begin(), seat.end()));
  std::vector<Fact> facts;
  for (int tries = 0; orders.size() > 1; ++tries) {
    if (tries == 60) return std::nullopt;
    const size_t a = rng.Below(people), b = (a + 1 + rng.Below(people - 1)) % people;
    const Fact fact{static_cast<Fact::Kind>(rng.Below(6)), a, b};
    if (!fact.Holds(truth)) continue;
    const size_t before = orders.size();
    std::erase_if(orders, [&](const std::vector<size_t>& order) { return !fact.Holds(order); });
    if (orders.size() < before) facts.push_back(fact);  // a fact that says nothing new is left out
  }
  const size_t asked = rng.Below(people);
  std::string key = StrCat("seating:", people, ":");
  std::vector<std::string> codes;
  for (const Fact& fact : facts) {
    const bool one = fact.kind == Fact::kAtEnd || fact.kind == Fact::kNotAtEnd;
    const bool symmetric = fact.kind == Fact::kNextTo || fact.kind == Fact::kNotNextTo;
    const size_t a = symmetric ? std::min(fact.a, fact.b) : fact.a, b = one ? 0 : symmetric ? std::max(fact.a, fact.b) : fact.b;
    codes.push_back(StrCat(static_cast<int>(fact.kind), a, b));
  }
  std::sort(codes.begin(), codes.end());
  key += Join(codes, ";");
  const std::vector<std::string> names = DrawNames(rng, people);
  std::vector<std::string> sorted = names, texts;
  std::sort(sorted.begin(), sorted.end());
  Shuffle(rng, facts);
  for (const Fact& fact : facts) texts.push_back(fact.Text(names));
  return MakePuzzle(difficulty, {.question = StrCat(Join(sorted), " sit in a row of ", people, " seats. ", Join(texts, " "),
                                                    " Who sits on seat ", asked + 1, " from the left?"),
                                 .answer = names[asked],
                                 .kind = StrCat(people, " people"),
                                 .key = std::move(key)});
}

}  // namespace r1
