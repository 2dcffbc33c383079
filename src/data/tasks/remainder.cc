// remainder: what is left of a power or a product after division. Difficulty: the size of base, exponent and divisor.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawRemainder(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const int64_t divisor = rng.Between(3, 5 + 8 * difficulty);
  const int64_t a = rng.Between(2, 8 + 10 * difficulty);
  if (Chance(rng, 0.4)) {
    const int64_t b = rng.Between(2, 8 + 10 * difficulty), c = rng.Between(1, 50);
    return MakePuzzle(difficulty,
                      {.question = StrCat("What is the remainder when ", a, " * ", b, " + ", c, " is divided by ", divisor, "?"),
                       .answer = std::to_string((a * b + c) % divisor),
                       .kind = "product",
                       .key = StrCat("remainder:", std::min(a, b), "*", std::max(a, b), "+", c, "%", divisor)});
  }
  const int64_t exponent = rng.Between(2, 3 + 5 * difficulty);
  // Square and multiply, so that large exponents cost nothing.
  int64_t answer = 1, power = a % divisor;
  for (int64_t e = exponent; e > 0; e /= 2, power = power * power % divisor) {
    if (e % 2 == 1) answer = answer * power % divisor;
  }
  return MakePuzzle(difficulty,
                    {.question = StrCat("What is the remainder when ", a, "^", exponent, " is divided by ", divisor, "?"),
                     .answer = std::to_string(answer),
                     .kind = "power",
                     .key = StrCat("remainder:", a, "^", exponent, "%", divisor)});
}

}  // namespace r1
