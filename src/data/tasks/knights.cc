// knights: knights always tell the truth, knaves always lie; who is what? Difficulty: two to six people. Everybody says one thing,
// and exactly one assignment makes every knight's statement true and every knave's false.
// Smullyan 1978, "What is the name of this book?"
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

// One statement about persons a and b (indices), or about how many knights there are.
struct Statement {
  enum Kind { kIs, kSame, kBoth, kEither, kIf, kCount } kind = kIs;
  size_t a = 0, b = 0;
  bool a_knight = false, b_knight = false;
  int64_t count = 0;

  bool IsTrue(uint32_t knights) const {  // bit i: person i is a knight
    const bool pa = ((knights >> a & 1) != 0) == a_knight, pb = ((knights >> b & 1) != 0) == b_knight;
    switch (kind) {
      case kIs: return pa;
      case kSame: return (knights >> a & 1) == (knights >> b & 1);
      case kBoth: return pa && pb;
      case kEither: return pa || pb;
      case kIf: return !pa || pb;
      case kCount: return __builtin_popcount(knights) == count;
    }
    return false;
  }
  std::string Text(const std::vector<std::string>& names) const {
    const auto is = [&](size_t person, bool knight) { return StrCat(names[person], knight ? " is a knight" : " is a knave"); };
    switch (kind) {
      case kIs: return is(a, a_knight) + ".";
      case kSame: return StrCat(names[a], " and ", names[b], " are of the same kind.");
      case kBoth: return StrCat(is(a, a_knight), " and ", is(b, b_knight), ".");
      case kEither: return StrCat(is(a, a_knight), " or ", is(b, b_knight), ", or both.");
      case kIf: return StrCat("If ", is(a, a_knight), ", then ", is(b, b_knight), ".");
      case kCount: return StrCat("Exactly ", count, " of us ", count == 1 ? "is a knight." : "are knights.");
    }
    return "";
  }
  // A number that says it all, with people renamed by `label`; for the symmetric kinds, in one order.
  uint64_t Code(const std::vector<size_t>& label) const {
    uint64_t first = label[a] * 2 + (a_knight ? 1 : 0), second = label[b] * 2 + (b_knight ? 1 : 0);
    if (kind == kCount) first = static_cast<uint64_t>(count), second = 0;
    if (kind == kIs) second = 0;
    if (kind != kIf && kind != kCount && kind != kIs && first > second) std::swap(first, second);
    return static_cast<uint64_t>(kind) * 256 + first * 16 + second;
  }
};

Statement DrawStatement(Rng& rng, size_t speaker, size_t people) {
  Statement s;
  s.kind = static_cast<Statement::Kind>(rng.Below(6));
  const auto other = [&] { return (speaker + 1 + rng.Below(people - 1)) % people; };
  s.a = other();
  s.b = Chance(rng, 0.3) ? speaker : other();
  if (s.b == s.a) s.b = speaker;
  s.a_knight = s.kind != Statement::kSame && Chance(rng, 0.5);
  s.b_knight = s.kind != Statement::kSame && Chance(rng, 0.5);
  s.count = rng.Between(1, static_cast<int64_t>(people) - 1);
  return s;
}

// The same for every order in which the same people say the same things.
std::string CanonicalKey(const std::vector<Statement>& statements) {
  std::vector<size_t> label(statements.size());
  std::iota(label.begin(), label.end(), size_t{0});
  std::vector<uint64_t> least, codes(statements.size());
  do {
    for (size_t i = 0; i < statements.size(); ++i) codes[label[i]] = statements[i].Code(label);
    if (least.empty() || codes < least) least = codes;
  } while (std::next_permutation(label.begin(), label.end()));
  std::string key = "knights:";
  for (const uint64_t code : least) key += StrCat(code, ";");
  return key;
}

}  // namespace

std::optional<Problem> DrawKnights(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto people = static_cast<size_t>(difficulty + 1);
  std::vector<Statement> statements;
  for (size_t i = 0; i < people; ++i) statements.push_back(DrawStatement(rng, i, people));
  std::optional<uint32_t> solution;
  for (uint32_t knights = 0; knights < 1u << people; ++knights) {
    bool fits = true;
    for (size_t i = 0; i < people && fits; ++i) fits = statements[i].IsTrue(knights) == ((knights >> i & 1) != 0);
    if (!fits) continue;
    if (solution) return std::nullopt;
    solution = knights;
  }
  if (!solution) return std::nullopt;

  const std::vector<std::string> names = DrawNames(rng, people);
  std::string question =
      StrCat("On an island live knights, who always tell the truth, and knaves, who always lie. You meet ", Join(names), ".");
  std::vector<std::string> knights;
  for (size_t i = 0; i < people; ++i) {
    question += StrCat(" ", names[i], " says: \"", statements[i].Text(names), "\"");
    if ((*solution >> i & 1) != 0) knights.push_back(names[i]);
  }
  std::sort(knights.begin(), knights.end());
  return MakePuzzle(difficulty, {.question = question + " Who are the knights? Give their names in alphabetical order, or none.",
                                 .answer = knights.empty() ? "none" : Join(knights),
                                 .kind = StrCat(people, " people"),
                                 .key = CanonicalKey(statements)});
}

}  // namespace r1
