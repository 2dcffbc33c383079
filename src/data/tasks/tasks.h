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

// Without worked solutions (data/tasks/puzzle.h); max_value does not apply.
std::optional<Problem> DrawDivisors(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawRemainder(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawPrimes(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawBases(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawRoman(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawFractions(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawPercent(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawAverage(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawEquations(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawQuadratic(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawGeometry(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawCounting(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawDice(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawSets(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawBoolean(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawKnights(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawSyllogism(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawRanking(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawSeating(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawSudoku(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawMagic(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawNim(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawRoads(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawRobot(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawProgram(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawSorting(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawLetters(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawCipher(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawCalendar(Rng& rng, int64_t difficulty, int64_t max_value);
std::optional<Problem> DrawClock(Rng& rng, int64_t difficulty, int64_t max_value);

// A chain with `operations` operators whose values and products lie in [0, max_value]; terms are numbers and, while operators are
// left, products of small numbers.
std::optional<Chain> DrawSumChain(Rng& rng, int64_t operations, int64_t max_value);

// Steps of role kCompute for every equation of the chain.
Solution SolveChain(const Chain& chain);

}  // namespace r1
