#include "judge/code/output_compare.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(OutputCompareTest, ComparesWordsAndNotWhiteSpace) {
  EXPECT_EQ(CompareOutput("5", "5\n"), "");
  EXPECT_EQ(CompareOutput("  1\t2\r\n\n3  ", "1 2\n3\n"), "");
  EXPECT_EQ(CompareOutput("", "\n"), "");
  EXPECT_EQ(CompareOutput("", "5"), "wrote nothing");
  EXPECT_EQ(CompareOutput("1", "1 2"), "the output ends before word 2");
  EXPECT_EQ(CompareOutput("1 2", "1"), "word 2 is `2`, where the output should end");
}

TEST(OutputCompareTest, EveryByteOfAWordCounts) {
  EXPECT_NE(CompareOutput("05", "5"), "");
  EXPECT_NE(CompareOutput("5.0", "5"), "");
  EXPECT_NE(CompareOutput(std::string("5\0", 2), "5"), "");
  EXPECT_NE(CompareOutput("\xff\xfe", "5"), "");
  EXPECT_EQ(CompareOutput("\033[2J5", "5"), "word 1 is `?[2J5`, expected `5`") << "escapes reach no terminal";
}

TEST(OutputCompareTest, DecimalsMayBeWrittenInAnyWay) {
  const auto same = [](std::string_view a, std::string_view b) { return CompareOutput(a, b, 0, true).empty(); };
  EXPECT_TRUE(same("0.500000", "0.5"));
  EXPECT_TRUE(same("05 -.50 +7. -0.0", "5 -0.5 7 0"));
  EXPECT_FALSE(same("0.5000001", "0.5"));
  EXPECT_FALSE(same("1000000000000000000000001", "1000000000000000000000000"));
  EXPECT_FALSE(same("-5", "5"));
  EXPECT_FALSE(same(". 5", "0 5"));
  EXPECT_FALSE(same("1e0", "1"));
  EXPECT_NE(CompareOutput("0.50", "0.5"), "");
}

TEST(OutputCompareTest, ToleranceIsForNumbersOnly) {
  EXPECT_EQ(CompareOutput("0.3333333", "0.333333333", 1e-6), "");
  EXPECT_EQ(CompareOutput("+1e9", "1000000001", 1e-6), "");
  EXPECT_NE(CompareOutput("0.34", "0.333333333", 1e-6), "");
  EXPECT_NE(CompareOutput("nan", "1", 1e-6), "");
  EXPECT_NE(CompareOutput("inf", "1", 0.9), "");
  EXPECT_NE(CompareOutput("YES", "NO", 0.9), "");
}

}  // namespace
}  // namespace r1
