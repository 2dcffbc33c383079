// Integers of any size. A heavy header: for .cc files only.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>

namespace r1::math {

using BigInt = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

inline int64_t NumBits(const BigInt& value) { return value == 0 ? 1 : static_cast<int64_t>(msb(abs(value))) + 1; }

// Never negative; of 0 and 0 it is 0. By Lehmer's method (Knuth, The Art of Computer Programming 2, 4.5.2, algorithm L): a bit at a
// time, as Boost finds it, takes ten times as long for thousands of digits.
BigInt GreatestCommonDivisor(BigInt a, BigInt b);

}  // namespace r1::math
