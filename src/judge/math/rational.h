// Exact fractions of integers of any size up to kMaxIntegerBits. A heavy header: for .cc files only.
#pragma once

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <string>

#include "judge/math/budget.h"

namespace r1::math {

using BigInt = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

inline int64_t NumBits(const BigInt& value) { return value == 0 ? 1 : static_cast<int64_t>(msb(abs(value))) + 1; }

struct Rational {
  BigInt numerator = 0;
  BigInt denominator = 1;  // > 0, in lowest terms

  bool IsInteger() const { return denominator == 1; }
  bool operator==(const Rational&) const = default;
};

// Throws Refusal beyond kMaxIntegerBits; `denominator` must not be zero.
inline Rational MakeRational(BigInt numerator, BigInt denominator, Budget& budget) {
  const int64_t bits = std::max(NumBits(numerator), NumBits(denominator));
  if (bits > 2 * kMaxIntegerBits) throw Refusal{"a number of too many digits"};
  if (denominator < 0) numerator = -numerator, denominator = -denominator;
  if (denominator != 1) {
    const int64_t words = bits / 64 + 1;
    budget.Spend(20 + 8 * words + 2 * words * words);  // the cost of a greatest common divisor
    const BigInt divisor = gcd(numerator, denominator);
    if (divisor != 1) numerator /= divisor, denominator /= divisor;
  }
  return {std::move(numerator), std::move(denominator)};
}

}  // namespace r1::math
