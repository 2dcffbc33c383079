// quadratic: roots of a polynomial with whole roots. Difficulty 1 and 2: the larger root of x^2 + bx + c; 3 and 4: of ax^2 + bx +
// c; 5 and 6: the sum of the squares of the roots of a cubic.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

// "x^3 - 4x + 1"; coefficients from the highest power down.
std::string PolynomialText(const std::vector<int64_t>& coefficients) {
  std::string text;
  for (size_t i = 0; i < coefficients.size(); ++i) {
    const int64_t c = coefficients[i], size = c < 0 ? -c : c;
    const size_t power = coefficients.size() - 1 - i;
    if (c == 0) continue;
    text += text.empty() ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + ");
    if (size != 1 || power == 0) text += std::to_string(size);
    if (power > 0) text += power == 1 ? "x" : StrCat("x^", power);
  }
  return text;
}

}  // namespace

std::optional<Problem> DrawQuadratic(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const int64_t most = difficulty % 2 == 1 ? 9 : 15;
  const int64_t lead = difficulty == 3 || difficulty == 4 ? rng.Between(2, 5) : 1;
  std::vector<int64_t> roots;
  for (int i = 0; i < (difficulty >= 5 ? 3 : 2); ++i) roots.push_back(rng.Between(-most, most));
  std::vector<int64_t> coefficients = {lead};
  for (const int64_t root : roots) {  // times (x - root)
    coefficients.push_back(0);
    for (size_t i = coefficients.size() - 1; i > 0; --i) coefficients[i] -= root * coefficients[i - 1];
  }
  const std::string text = PolynomialText(coefficients);
  if (difficulty >= 5) {
    int64_t squares = 0;
    for (const int64_t root : roots) squares += root * root;
    return MakePuzzle(
        difficulty,
        {.question = StrCat("What is the sum of the squares of the three roots, counted with multiplicity, of ", text, " = 0?"),
         .answer = std::to_string(squares),
         .kind = "cubic",
         .key = "quadratic:" + text});
  }
  return MakePuzzle(difficulty, {.question = StrCat("What is the largest solution of ", text, " = 0?"),
                                 .answer = std::to_string(std::max(roots[0], roots[1])),
                                 .kind = "quadratic",
                                 .key = "quadratic:" + text});
}

}  // namespace r1
