// The draw functions behind the rows of data/registry.cc; each is described in its file.
#pragma once

#include <cstdint>
#include <optional>

#include "base/rng.h"
#include "data/problem.h"

namespace r1 {

std::optional<Problem> DrawWords(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawChain(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawMissing(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawPairs(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawCountdown(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawOrder(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawSequence(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawDigits(Rng& rng, int64_t difficulty, int64_t max_value);

// A chain with `operations` operators whose values and products lie in [0, max_value]; terms are numbers and, while operators are
// left, products of small numbers.
std::optional<Chain> DrawSumChain(Rng& rng, int64_t operations, int64_t max_value);

// Steps of role kCompute for every equation of the chain.
Solution SolveChain(const Chain& chain);

}  // namespace r1
