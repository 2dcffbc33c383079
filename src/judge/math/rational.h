// Exact fractions of integers of any size up to kMaxIntegerBits. A heavy header: for .cc files only.
#pragma once

#include <algorithm>
#include <string>

#include "judge/math/big_int.h"
#include "judge/math/budget.h"

namespace r1::math {

struct Rational {
  BigInt numerator = 0;
  BigInt denominator = 1;  // > 0, in lowest terms

  bool IsInteger() const { return denominator == 1; }
  bool operator==(const Rational&) const = default;
};

// The cost of a greatest common divisor of numbers of so many bits.
inline void SpendOnDivisor(int64_t bits, Budget& budget) {
  const int64_t words = bits / 64 + 1;
  budget.Spend(20 + 8 * words + 2 * words * words);
}

// Throws Refusal beyond kMaxIntegerBits; `denominator` must not be zero.
inline Rational MakeRational(BigInt numerator, BigInt denominator, Budget& budget) {
  const int64_t bits = std::max(NumBits(numerator), NumBits(denominator));
  if (bits > 2 * kMaxIntegerBits) throw Refusal{"a number of too many digits"};
  if (denominator < 0) numerator = -numerator, denominator = -denominator;
  if (denominator != 1) {
    SpendOnDivisor(bits, budget);
    const BigInt divisor = GreatestCommonDivisor(numerator, denominator);
    if (divisor != 1) numerator /= divisor, denominator /= divisor;
  }
  return {std::move(numerator), std::move(denominator)};
}

}  // namespace r1::math
