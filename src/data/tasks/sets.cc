// sets: how many elements does a set made from others have? Difficulty is the number of operators; sets are three.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

constexpr int64_t kMostElement = 20;

struct SetText {
  std::string text;
  uint32_t elements = 0;  // bit n: n is in it
};

SetText Draw(Rng& rng, int64_t operators, const std::array<uint32_t, 3>& sets) {
  if (operators == 0) {
    const size_t i = rng.Below(3);
    return {std::string(1, "ABC"[i]), sets[i]};
  }
  const int64_t left = rng.Between(0, operators - 1);
  const SetText a = Draw(rng, left, sets), b = Draw(rng, operators - 1 - left, sets);
  switch (rng.Below(3)) {
    case 0: return {StrCat("(", a.text, " union ", b.text, ")"), a.elements | b.elements};
    case 1: return {StrCat("(", a.text, " intersect ", b.text, ")"), a.elements & b.elements};
    default: return {StrCat("(", a.text, " minus ", b.text, ")"), a.elements & ~b.elements};
  }
}

std::string ElementsText(uint32_t set) {
  std::vector<int64_t> elements;
  for (int64_t n = 1; n <= kMostElement; ++n) {
    if ((set >> n & 1) != 0) elements.push_back(n);
  }
  return "{" + Join(elements) + "}";
}

}  // namespace

std::optional<Problem> DrawSets(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  std::array<uint32_t, 3> sets{};
  for (uint32_t& set : sets) {
    for (int64_t n = 1; n <= kMostElement; ++n) set |= (Chance(rng, 0.2 + 0.02 * static_cast<double>(difficulty)) ? 1u : 0u) << n;
    if (set == 0) return std::nullopt;
  }
  const SetText made = Draw(rng, difficulty, sets);
  std::string given, key = "sets:" + made.text;
  for (size_t i = 0; i < 3; ++i) {
    if (made.text.find("ABC"[i]) == std::string::npos) continue;
    given += StrCat("ABC"[i], " = ", ElementsText(sets[i]), ". ");
    key += StrCat(";", sets[i]);
  }
  return MakePuzzle(difficulty, {.question = StrCat(given, "How many elements does ", made.text, " have?"),
                                 .answer = std::to_string(__builtin_popcount(made.elements)),
                                 .kind = "size",
                                 .key = std::move(key)});
}

}  // namespace r1
