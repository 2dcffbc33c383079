#include "eval/benchmark/answers.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(ChosenLetterTest, FindsWhatTheReplySettlesFor) {
  EXPECT_EQ(ChosenLetter("Answer: C", 4), 'C');
  EXPECT_EQ(ChosenLetter("It may be A.\n\n**Answer:** B", 4), 'B');
  EXPECT_EQ(ChosenLetter("Answer: A\nNo, wait.\nAnswer: $D$", 4), 'D');
  EXPECT_EQ(ChosenLetter("The correct answer is (B).", 4), 'B');
  EXPECT_EQ(ChosenLetter("I first thought that A is correct. But then, C is the right answer.", 4), 'C');
  EXPECT_EQ(ChosenLetter("So the answer is \\boxed{\\text{C}}", 4), 'C');
  EXPECT_EQ(ChosenLetter("\\boxed{J}", 10), 'J');
  EXPECT_EQ(ChosenLetter(" (B). ", 4), 'B');
  EXPECT_EQ(ChosenLetter("Answer: C) 3 m/s", 4), 'C');
}

TEST(ChosenLetterTest, TakesWhatComesLastInAnyDress) {
  EXPECT_EQ(ChosenLetter("One might think the answer is A. But it is \\boxed{B}", 4), 'B');
  EXPECT_EQ(ChosenLetter("\\boxed{A}? No. The answer is B.", 4), 'B');
  EXPECT_EQ(ChosenLetter("The correct option is (C), since 2 < 3.", 4), 'C');
  EXPECT_EQ(ChosenLetter("The best choice is **D**.", 4), 'D');
  EXPECT_EQ(ChosenLetter("Answer: A because it is.", 4), 'A');
  EXPECT_EQ(ChosenLetter("Answer: (A) good wine", 4), 'A');
  EXPECT_EQ(ChosenLetter("answer: b", 4), 'B');
  EXPECT_EQ(ChosenLetter("\\boxed{\\mathbf{(B)}}", 4), 'B');
  EXPECT_EQ(ChosenLetter("Of these, only (C) is correct.", 4), 'C');
  EXPECT_EQ(ChosenLetter("**B. Paris**", 4), 'B');
  EXPECT_EQ(ChosenLetter("B) Paris", 4), 'B');
  EXPECT_EQ(ChosenLetter("It has to be Paris, so:\n\n**(B)**", 4), 'B');
  EXPECT_EQ(ChosenLetter("The answer is option B", 4), 'B');
}

TEST(ChosenLetterTest, TakesNoOtherLetter) {
  for (const char* hedge :
       {"The answer is A or B.", "Answer: A, B", "Answer: A/B", "The answer is \\boxed{A} or \\boxed{B}", "\\boxed{A, B}",
        "\\boxed{A\\text{ or }B}", "Answer: A and C", "A is not correct", "It is not true that A is correct.",
        "The answer is not B", "Answer: A good question", "Answer: I think so", "A) Rome\nB) Paris\nC) Bern\nD) Oslo",
        "If A is correct, B is not.", "A or B is correct", "answer: a guess", "The answer is a.b"})
    EXPECT_EQ(ChosenLetter(hedge, 10), std::nullopt) << hedge;
  EXPECT_EQ(ChosenLetter("Answer: " + std::string(1 << 20, '('), 4), std::nullopt);

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
  for (const char* same :
       {"Tess: knave\nGus: knight", "- **Tess** is a **knave**\n- **Gus** is a **knight**", "| Tess | knave |\n| Gus | knight |",
        "\\boxed{\\text{Tess is a knave, Gus is a knight}}", "Tess is the knave and Gus is the knight.",
        "So Tess is a knave, not a knight, while Gus is a knight.", "Tess = knave, Gus = knight",
        "Tess is a knave and Gus is a knight. If Tess were a knight, Gus would be a knave. If Tess is a knight, Gus is a knave.",
        "Final answer: Tess is a knave; Gus is a knight. Check: Tess says \"Gus is a knave\", which is false."})
    EXPECT_EQ(KnightsAndKnaves(same), expected) << same;
  EXPECT_EQ(KnightsAndKnaves("Ann, Bo, and Cy are knights. Di and Ed are both knaves."),
            (std::map<std::string, std::string>{
                {"ann", "knight"}, {"bo", "knight"}, {"cy", "knight"}, {"di", "knave"}, {"ed", "knave"}}));
  for (const char* unsaid :
       {"Tess is a knave or Tess is a knight.", "Is Tess a knave? Tess is a knave?", "Suppose Tess is a knave.",
        "It is false that Tess is a knave.", "Tess is not a knave.", "Perhaps Tess is a knave."})
    EXPECT_TRUE(KnightsAndKnaves(unsaid).empty()) << unsaid;
}

TEST(CountdownAnswerTest, ReadsAnEquationEitherWayAndInASentence) {
  const std::vector<int64_t> numbers = {80, 6, 12, 2, 84};
  EXPECT_EQ(CountdownFault("310 = 2 * (80 + 84) - (6 + 12)", numbers, 310), "");
  EXPECT_EQ(CountdownFault("2 · [80 + 84] − (6 + 12) = 328 − 18 = 310", numbers, 310), "");
  EXPECT_EQ(CountdownFault("\\frac{80+4}{2} = 42", {80, 4, 2}, 42), "");
  EXPECT_EQ(CountdownFault("-(3 - 8) = 5", {3, 8}, 5), "");
  EXPECT_EQ(CountdownFault("8 0 + 1", {80, 1}, 81), "cannot read `0 + 1`");
  EXPECT_EQ(CountdownFault("2**3", {2, 3}, 8), "cannot read `*3`");
  EXPECT_NE(CountdownFault("328 - 18 = 310", numbers, 310), "");
  EXPECT_EQ(LastCalculation("We try 1 + 2 and get (80 + 84) * 2 = 328, as wanted."), "(80 + 84) * 2 = 328");
  EXPECT_EQ(LastCalculation("It gives 310."), "");
  EXPECT_EQ(LastCalculation(""), "");
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
