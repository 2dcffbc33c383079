// The value of an expression as a number, at chosen values of its unknowns, in double precision and in 60 decimal digits.
// A heavy header: for .cc files only.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <map>
#include <string>

#include "judge/math/error_bound_number.h"
#include "judge/math/expression.h"

namespace r1::math {

using Precise = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<60>, boost::multiprecision::et_off>;

// Values of the unknowns; for functions that nobody defined, f(x), the name chooses the function.
using Point = std::map<std::string, double>;

// Nothing: undefined or not finite there, or an unknown that the point does not have.
// left_reals: set to true if a root, power or logarithm of real numbers on the way was not real, as in \sqrt{a}\sqrt{b} at a = b =
// -1.
Result<double> EvaluateDouble(const Arena& arena, NodeId node, const Point& point, Budget& budget, bool* left_reals = nullptr);
Result<Precise> EvaluatePrecise(const Arena& arena, NodeId node, const Point& point, Budget& budget, bool* left_reals = nullptr);

}  // namespace r1::math
