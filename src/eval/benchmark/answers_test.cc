#include "eval/benchmark/answers.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(ChosenLetterTest, FindsWhatTheReplySettlesFor) {
  EXPECT_EQ(ChosenLetter("Answer: C", 4), 'C');
  EXPECT_EQ(ChosenLetter("It may be A.\n\n**Answer:** B", 4), 'B');
  EXPECT_EQ(ChosenLetter("Answer: A\nNo, wait.\nAnswer: $D$", 4), 'D');
  EXPECT_EQ(ChosenLetter("The correct answer is (B).", 4), 'B');
  EXPECT_EQ(ChosenLetter("So the answer is \\boxed{\\text{C}}", 4), 'C');
  EXPECT_EQ(ChosenLetter("\\boxed{J}", 10), 'J');
  EXPECT_EQ(ChosenLetter(" (B). ", 4), 'B');
  EXPECT_EQ(ChosenLetter("Answer: C) 3 m/s", 4), 'C');
}

TEST(ChosenLetterTest, TakesNoOtherLetter) {
  EXPECT_EQ(ChosenLetter("Answer: E", 4), std::nullopt) << "there is no E";
  EXPECT_EQ(ChosenLetter("Answer: All of them", 4), std::nullopt);
  EXPECT_EQ(ChosenLetter("The answer is a bit unclear. A or B.", 4), std::nullopt);
  EXPECT_EQ(ChosenLetter("A is wrong, B is right", 4), std::nullopt);
  EXPECT_EQ(ChosenLetter("", 4), std::nullopt);
  EXPECT_EQ(ChosenLetter("answer", 4), std::nullopt);
  EXPECT_EQ(ChosenLetter("\\boxed{", 4), std::nullopt);
}

TEST(KnightsAnswerTest, ReadsWhoIsWhat) {
  const std::map<std::string, std::string> expected = {{"tess", "knave"}, {"gus", "knight"}};
  EXPECT_EQ(KnightsAndKnaves("Tess is a knave, Gus is a knight"), expected);
  EXPECT_EQ(KnightsAndKnaves("Suppose Tess is a knight. Then ... Answer: **Tess** is a knave, and Gus is a knight."), expected);
  EXPECT_EQ(KnightsAndKnaves("Gus is a knave? No. (1) Tess is a knave. (2) Gus is a knight."), expected) << "the last word counts";
  EXPECT_TRUE(KnightsAndKnaves("Nobody knows").empty());
}

TEST(CountdownAnswerTest, CountsEveryNumberOnce) {
  EXPECT_EQ(CountdownFault("(2 * (80 + 84)) - (6 + 12)", {80, 6, 12, 2, 84}, 310), "");
  EXPECT_EQ(CountdownFault("2 \\times (80+84) - 18 = 310", {80, 6, 12, 2, 84}, 310), "does not use each number once");
  EXPECT_EQ(CountdownFault("\\left(3 + 5\\right) \\div 2 = 4", {2, 3, 5}, 4), "");
  EXPECT_EQ(CountdownFault("8 / (3 - 8 / 3)", {8, 8, 3, 3}, 24), "") << "fractions on the way";
  EXPECT_EQ(CountdownFault("1 + 2", {1, 2}, 4), "gives 3, not 4");
  EXPECT_EQ(CountdownFault("1 / 2", {1, 2}, 4), "gives 1/2, not 4");
  EXPECT_EQ(CountdownFault("1 / (2 - 2)", {1, 2, 2}, 1), "division by 0");
  EXPECT_EQ(CountdownFault("1 + + 2", {1, 2}, 3), "cannot read `+ 2`");
  EXPECT_EQ(CountdownFault("12", {1, 2}, 12), "does not use each number once");
  EXPECT_EQ(CountdownFault("(1 + 2", {1, 2}, 3), "a bracket is not closed");
  EXPECT_EQ(CountdownFault("", {1, 2}, 3), "the equation ends too early");
  EXPECT_EQ(CountdownFault(std::string(100000, '('), {1, 2}, 3), "the equation is too long");
  EXPECT_EQ(CountdownFault("99999999999999999 * 99999999999999999", {1}, 3), "a number is too large");
  EXPECT_EQ(CountdownFault("4; rm", {4}, 4), "cannot read `; rm`");
}

}  // namespace
}  // namespace r1
