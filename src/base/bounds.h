// A number of a setting must lie between two others. A setting that has a least value has a greatest one too, far above what
// anybody means: products of accepted settings then fit into 64 bits, and a slip of the finger is a message rather than a full
// memory.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace r1 {

// Throws kInvalidArgument "NAME must be in LOW..HIGH, got VALUE".
inline void RequireRange(std::string_view name, int64_t value, int64_t low, int64_t high) {
  Require(value >= low && value <= high, name, " must be in ", low, "..", high, ", got ", value);
}

// The same where 0 leaves the choice to the program: "NAME must be 0 or in LOW..HIGH, got VALUE".
inline void RequireZeroOrRange(std::string_view name, int64_t value, int64_t low, int64_t high) {
  Require(value == 0 || (value >= low && value <= high), name, " must be 0 or in ", low, "..", high, ", got ", value);
}

// RequireRange for numbers that may be fractions; NaN lies nowhere.
inline void RequireRange(std::string_view name, double value, double low, double high) {
  Require(value >= low && value <= high, name, " must be in ", low, "..", high, ", got ", value);
}

}  // namespace r1
