// The greatest common divisor against Boost's, which takes one bit at a time.
#include "judge/math/big_int.h"

#include <gtest/gtest.h>

#include <random>

namespace r1::math {
namespace {

class BigIntTest : public ::testing::Test {
 protected:
  // Long runs of equal bits and short ones.
  BigInt Random(int bits) {
    BigInt value = 1;
    while (msb(value) + 1 < static_cast<unsigned>(bits)) {
      const unsigned count = std::uniform_int_distribution<unsigned>(1, 90)(random_);
      value <<= count;
      if (random_() % 2 != 0) value += (BigInt(1) << count) - 1;
    }
    return value;
  }

  std::mt19937 random_{7};
};

TEST_F(BigIntTest, GreatestCommonDivisorIsBoosts) {
  for (int i = 0; i < 3000; ++i) {
    const auto bits = [&](int most) { return std::uniform_int_distribution<int>(1, most)(random_); };
    const BigInt common = Random(bits(300)), a = Random(bits(700)) * common, b = Random(bits(700)) * common;
    ASSERT_EQ(GreatestCommonDivisor(a, b), gcd(a, b)) << a << " " << b;
    ASSERT_EQ(GreatestCommonDivisor(-a, b), gcd(a, b)) << a << " " << b;
  }
}

TEST_F(BigIntTest, GreatestCommonDivisorOfZeroAndOfMultiples) {
  const BigInt a = Random(500);
  EXPECT_EQ(GreatestCommonDivisor(0, 0), 0);
  EXPECT_EQ(GreatestCommonDivisor(a, 0), a);
  EXPECT_EQ(GreatestCommonDivisor(0, -a), a);
  EXPECT_EQ(GreatestCommonDivisor(a, a), a);
  EXPECT_EQ(GreatestCommonDivisor(a * 12345, a), a);
  EXPECT_EQ(GreatestCommonDivisor(a, a + 1), 1);
}

// Quotients of 1 throughout: the most steps that numbers of their length can take.
TEST_F(BigIntTest, GreatestCommonDivisorOfFibonacciNumbers) {
  BigInt a = 1, b = 1;
  for (int i = 0; i < 5000; ++i) {
    const BigInt next = a + b;
    a = b, b = next;
  }
  EXPECT_EQ(GreatestCommonDivisor(b, a), 1);
  EXPECT_EQ(GreatestCommonDivisor(b * a, a * a), a);
}

// One limb and two, and the most bits that the first steps look at.
TEST_F(BigIntTest, GreatestCommonDivisorAroundTheLengthOfALimb) {
  for (int bits = 58; bits <= 132; ++bits)
    for (int less = 0; less <= 3; ++less)
      for (int i = 0; i < 20; ++i) {
        const BigInt a = (BigInt(1) << bits) - 1 - i, b = Random(bits - less);
        ASSERT_EQ(GreatestCommonDivisor(a, b), gcd(a, b)) << a << " " << b;
      }
}

}  // namespace
}  // namespace r1::math
