// Are two scalar expressions the same value, or the same function of their unknowns?
#pragma once

#include <string>

#include "judge/math/expression.h"

namespace r1::math {

struct Comparison {
  bool equal = false;
  std::string rule;  // what decided, for people: "exact: 3/4 = 3/4", "numeric, 60 digits", ...
};

// In this order: the same normal form; exact rational numbers; a decimal of six places or more that rounds the other side; and else
// values, in double precision first, which tells most different things apart, and where it cannot, with 60 digits: of the constants
// themselves, or at fixed pseudo-random values of the unknowns. Only errors that rounding explains are forgiven.
// Where a side or a root in it is not real, a point does not count (\sqrt{1/n} = 1/\sqrt{n}), unless that is so everywhere.
// Throws Refusal where nothing can be decided.
Comparison CompareScalars(const Arena& arena, NodeId expected, NodeId answer, Budget& budget);

// Is answer / expected the same positive (1), negative (-1) or complex constant (2) wherever both are defined? 0: no. For equations
// and inequalities, whose sides may be multiplied. Both must have the same unknowns.
int ConstantRatio(const Arena& arena, NodeId expected, NodeId answer, Budget& budget);

// The value of a constant as a double; NaN where it has none or is not real.
double RoughValue(const Arena& arena, NodeId node, Budget& budget);

}  // namespace r1::math
