// syllogism: does a sentence about classes follow from others? Difficulty is the number of premises, 2 to 5. Classes may be empty
// (no existential import), as in modern logic.
//
// The verdict is the closure of Moss's rules for "all", "some" and "no", which derive every sentence that follows: Moss 2008,
// "Completeness theorems for syllogistic fragments".
#include <algorithm>
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

constexpr size_t kMostClasses = 6;
enum Quantifier : uint8_t { kAll, kNo, kSome };

struct Sentence {
  Quantifier quantifier = kAll;
  size_t a = 0, b = 0;

  std::string Text(const std::vector<std::string>& names) const {
    static constexpr const char* kWords[] = {"All ", "No ", "Some "};
    return StrCat(kWords[quantifier], names[a], " are ", names[b]);
  }
};

using Table = std::array<std::array<bool, kMostClasses>, kMostClasses>;
struct Known {
  Table all{}, no{}, some{};
  bool consistent = true;
};

Known Close(const std::vector<Sentence>& premises, size_t classes) {
  Known k;
  for (size_t a = 0; a < classes; ++a) k.all[a][a] = true;
  for (const Sentence& s : premises) (s.quantifier == kAll ? k.all : s.quantifier == kNo ? k.no : k.some)[s.a][s.b] = true;
  for (bool changed = true; changed;) {
    changed = false;
    const auto learn = [&](bool& fact, bool follows) { changed |= follows && !fact, fact = fact || follows; };
    for (size_t a = 0; a < classes; ++a) {
      for (size_t b = 0; b < classes; ++b) {
        learn(k.no[b][a], k.no[a][b]);
        learn(k.some[b][a], k.some[a][b]);
        learn(k.some[a][a], k.some[a][b]);
        learn(k.all[a][b], k.no[a][a]);  // an empty class is part of every other
        for (size_t c = 0; c < classes; ++c) {
          learn(k.all[a][c], k.all[a][b] && k.all[b][c]);
          learn(k.no[a][c], k.all[a][b] && k.no[b][c]);
          learn(k.some[a][c], k.some[a][b] && k.all[b][c]);
        }
        if (k.some[a][b] && k.no[a][b]) k.consistent = false;
      }
    }
  }
  return k;
}

// The chain and what is asked, whatever the names; read from the end where `mirror` is the last class. "No" and "some" read the
// same both ways.
std::string FormOf(std::vector<Sentence> premises, const Sentence& asked, size_t mirror) {
  if (mirror > 0) std::reverse(premises.begin(), premises.end());
  const auto code = [&](const Sentence& s) {
    size_t a = mirror > 0 ? mirror - s.a : s.a, b = mirror > 0 ? mirror - s.b : s.b;
    if (s.quantifier != kAll && a > b) std::swap(a, b);
    return StrCat(static_cast<int>(s.quantifier), a, b, ";");
  };
  std::string form;
  for (const Sentence& s : premises) form += code(s);
  return form + code(asked);
}

}  // namespace

std::optional<Problem> DrawSyllogism(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto premises_wanted = static_cast<size_t>(difficulty + 1);
  const size_t classes = premises_wanted + 1;
  // A chain of classes, each premise about two neighbours in either order, so that something may follow about the ends.
  std::vector<Sentence> premises;
  for (size_t i = 0; i < premises_wanted; ++i) {
    const double roll = rng.Uniform();
    Sentence s{roll < 0.6 ? kAll : roll < 0.8 ? kNo : kSome, i, i + 1};
    if (Chance(rng, 0.3)) std::swap(s.a, s.b);
    premises.push_back(s);
  }
  const Sentence goal{static_cast<Quantifier>(rng.Below(3)), Chance(rng, 0.5) ? 0 : classes - 1, 0};
  const Sentence asked{goal.quantifier, goal.a, goal.a == 0 ? classes - 1 : 0};
  const Known known = Close(premises, classes);
  if (!known.consistent) return std::nullopt;
  const bool follows = (asked.quantifier == kAll ? known.all : asked.quantifier == kNo ? known.no : known.some)[asked.a][asked.b];
  // Few sentences follow; drawn blindly, "no" would nearly always be right.
  if (!follows && !Chance(rng, 0.08)) return std::nullopt;

  const std::string key = "syllogism:" + std::min(FormOf(premises, asked, 0), FormOf(premises, asked, classes - 1));
  std::vector<std::string> names = {"bakers",   "climbers", "dancers", "fishers", "gardeners", "hikers",
                                    "jugglers", "painters", "riders",  "sailors", "singers",   "writers"};
  Shuffle(rng, names);
  Shuffle(rng, premises);
  std::string question = "Suppose that";
  for (size_t i = 0; i < premises.size(); ++i) {
    std::string text = premises[i].Text(names);
    text[0] = static_cast<char>(text[0] | 32);
    question += StrCat(i == 0 ? " " : i + 1 == premises.size() ? " and that " : ", that ", text);
  }
  std::string conclusion = asked.Text(names);
  conclusion[0] = static_cast<char>(conclusion[0] | 32);
  return MakePuzzle(difficulty, {.question = StrCat(question, ". Does it follow that ", conclusion,
                                                    "? There may be groups without members. Answer yes or no."),
                                 .answer = follows ? "yes" : "no",
                                 .kind = StrCat(premises_wanted, " premises"),
                                 .key = key});
}

}  // namespace r1
