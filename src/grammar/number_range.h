// Numbers within bounds, as expressions over their decimal digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "grammar/expression.h"

namespace r1 {

// Integers from low to high, both included and unbounded where absent, without leading zeros; at most 18 digits.
Expression IntegersBetween(std::optional<int64_t> low, std::optional<int64_t> high);

// A decimal number, exactly: value = +-whole.fraction.
struct Decimal {
  bool negative = false;
  std::string whole = "0";  // no leading zeros
  std::string fraction;     // no trailing zeros
  bool IsInteger() const { return fraction.empty(); }
  // Of "-12.5", "1e3" or "2.50e-1"; empty if it has more than 30 digits when written out.
  static std::optional<Decimal> Parse(const std::string& text);
};
struct Bound {
  Decimal value;
  bool excluded = false;
};

// Decimal numbers within bounds, without exponents. num_decimals: most digits after the point; by default as many as a double can
// tell apart, so that what is written is still within the bounds when read as a double.
Expression NumbersBetween(std::optional<Bound> low, std::optional<Bound> high, std::optional<int> num_decimals = std::nullopt);

}  // namespace r1
