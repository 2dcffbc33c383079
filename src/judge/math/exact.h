// The exact value of an expression without unknowns, where it is a rational number: 3/4, 2^{10}, \binom{5}{2}, \sqrt{16}, 1/2004!.
#pragma once

#include <optional>

#include "judge/math/expression.h"
#include "judge/math/rational.h"

namespace r1::math {

// Nothing: not rational, or not seen to be (pi, \sqrt{2}, x, \sin 0). Throws Refusal for what is undefined (1/0, 0^0) or too large.
// Percent signs count as 1/100, degrees and units as 1.
std::optional<Rational> ExactValue(const Arena& arena, NodeId node, Budget& budget);

// The value of Op::kNumber's text.
Rational NumberValue(std::string_view text, Budget& budget);

}  // namespace r1::math
