// primes: how many primes lie in a range, or the largest prime factor of a number. Difficulty: the size of the numbers.
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

bool IsPrime(int64_t n) {
  for (int64_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) return false;
  }
  return n >= 2;
}

}  // namespace

std::optional<Problem> DrawPrimes(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  if (Chance(rng, 0.5)) {
    const int64_t first = rng.Between(2, 30 * difficulty), last = first + rng.Between(5, 10 + 6 * difficulty);
    int64_t count = 0;
    for (int64_t n = first; n <= last; ++n) count += IsPrime(n);
    return MakePuzzle(difficulty,
                      {.question = StrCat("How many prime numbers are there from ", first, " to ", last, ", both included?"),
                       .answer = std::to_string(count),
                       .kind = "count",
                       .key = StrCat("primes:", first, "-", last)});
  }
  const int64_t number = rng.Between(10, 60 * difficulty * difficulty);
  int64_t largest = 1, rest = number;
  for (int64_t d = 2; d <= rest; ++d) {
    for (; rest % d == 0; rest /= d) largest = d;
  }
  return MakePuzzle(difficulty, {.question = StrCat("What is the largest prime factor of ", number, "?"),
                                 .answer = std::to_string(largest),
                                 .kind = "factor",
                                 .key = StrCat("primes:factor", number)});
}

}  // namespace r1
