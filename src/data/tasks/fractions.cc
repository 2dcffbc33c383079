// fractions: sums, differences and products of fractions, in lowest terms. Difficulty is the number of operators.
#include <algorithm>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawFractions(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  // Sums only, or one product: what is printed reads the same with and without precedence.
  const bool product = Chance(rng, 0.3);
  int64_t numerator = 0, denominator = 1;
  std::string text;
  std::vector<std::string> terms;  // with their signs: the same in any order
  for (int64_t i = 0; i <= difficulty; ++i) {
    const int64_t b = rng.Between(2, 9), a = rng.Between(1, 2 * b);
    if (std::gcd(a, b) != 1) return std::nullopt;
    const char op = i == 0 ? '+' : product ? '*' : Chance(rng, 0.5) ? '+' : '-';
    text += (i == 0 ? "" : StrCat(" ", op, " ")) + StrCat(a, "/", b);
    terms.push_back(StrCat(op, a, "/", b));
    if (i == 0) {
      numerator = a, denominator = b;
    } else if (op == '*') {
      numerator *= a, denominator *= b;
    } else {
      numerator = numerator * b + (op == '+' ? 1 : -1) * a * denominator;
      denominator *= b;
    }
    const int64_t common = std::gcd(numerator, denominator);
    numerator /= common, denominator /= common;
  }
  if (product) terms[0][0] = '*';
  std::sort(terms.begin(), terms.end());
  std::string key = "fractions:";
  for (const std::string& term : terms) key += term;
  return MakePuzzle(difficulty, {.question = StrCat("Compute ", text, ". Give a fraction in lowest terms, or a whole number."),
                                 .answer = FractionText(numerator, denominator),
                                 .kind = product ? "product" : "sum",
                                 .key = key});
}

}  // namespace r1
