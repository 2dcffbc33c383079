// Tables of pairs for tests of JudgeMath.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "judge/math/math_verdict.h"

namespace r1 {

struct Pair {
  const char* expected;
  const char* answer;
};

inline std::string Describe(const Pair& pair, const MathVerdict& verdict) {
  return std::string(pair.expected) + "   |   " + pair.answer + "\n  " + MathOutcomeName(verdict.outcome) + ": " + verdict.reason +
         "; " + verdict.expected + "; " + verdict.answer;
}

inline void ExpectRight(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    const MathVerdict verdict = JudgeMath(pair.expected, pair.answer);
    EXPECT_TRUE(verdict.right()) << Describe(pair, verdict);
  }
}
inline void ExpectNotRight(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    const MathVerdict verdict = JudgeMath(pair.expected, pair.answer);
    EXPECT_FALSE(verdict.right()) << Describe(pair, verdict);
  }
}

}  // namespace r1
