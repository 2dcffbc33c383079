// boolean: in how many ways can true and false be given to the letters so that a formula is true? Difficulty: the operators;
// letters are two to four.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

// A formula as text, and its truth table: bit v is its value where bit i of v is the value of letter i.
struct Formula {
  std::string text;
  uint32_t table = 0;
  std::string key;  // the text with the sides of "and", "or" and "xor" in the order of the alphabet
};

Formula Commuting(const Formula& a, std::string_view name, const Formula& b, uint32_t table) {
  return {StrCat("(", a.text, " ", name, " ", b.text, ")"), table,
          StrCat("(", std::min(a.key, b.key), " ", name, " ", std::max(a.key, b.key), ")")};
}

Formula DrawFormula(Rng& rng, int64_t operators, int64_t letters) {
  const uint32_t all = (1u << (1u << letters)) - 1;
  if (operators == 0) {
    const int64_t i = rng.Between(0, letters - 1);
    Formula f{std::string(1, static_cast<char>('A' + i)), 0};
    for (uint32_t v = 0; v < 1u << letters; ++v) f.table |= (v >> i & 1) << v;
    f.key = f.text;
    return f;
  }
  if (Chance(rng, 0.2)) {
    const Formula inner = DrawFormula(rng, operators - 1, letters);
    return {"not " + inner.text, ~inner.table & all, "not " + inner.key};
  }
  const int64_t left = rng.Between(0, operators - 1);
  const Formula a = DrawFormula(rng, left, letters), b = DrawFormula(rng, operators - 1 - left, letters);
  switch (rng.Below(4)) {
    case 0: return Commuting(a, "and", b, a.table & b.table);
    case 1: return Commuting(a, "or", b, a.table | b.table);
    case 2: return Commuting(a, "xor", b, a.table ^ b.table);
    default:
      return {StrCat("(", a.text, " implies ", b.text, ")"), (~a.table & all) | b.table,
              StrCat("(", a.key, " implies ", b.key, ")")};
  }
}

}  // namespace

std::optional<Problem> DrawBoolean(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const int64_t letters = difficulty <= 2 ? 2 : difficulty <= 4 ? 3 : 4;
  const Formula formula = DrawFormula(rng, difficulty + 1, letters);
  for (int64_t i = 0; i < letters; ++i) {
    if (formula.text.find(static_cast<char>('A' + i)) == std::string::npos) return std::nullopt;
  }
  const std::string names = letters == 2 ? "A and B" : letters == 3 ? "A, B and C" : "A, B, C and D";
  return MakePuzzle(difficulty, {.question = StrCat("Each of ", names, " is true or false. In how many of the ", 1 << letters,
                                                    " cases is the following true: ", formula.text, "?"),
                                 .answer = std::to_string(__builtin_popcount(formula.table)),
                                 .kind = StrCat(letters, " letters"),
                                 .key = "boolean:" + formula.key});
}

}  // namespace r1
