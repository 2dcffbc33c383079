// From a completion to its verdict: where the answer stands, what is explained, how strict it is.
#include "judge/math/math_verdict_test_util.h"

namespace r1 {
namespace {

TEST(MathVerdictTest, FindsTheAnswerOfACompletion) {
  ExpectRight({{"5", "The answer is **5**."},
               {"12", "\"12\""},
               {"12", "= 12"},
               {"12", "Hence x = 12."},
               {"\\frac{1}{2}", "Thus the probability is \\frac{1}{2}."},
               {"5", "<think>It is \\boxed{4}.</think> So \\boxed{5}."},
               {"5", "\\boxed{4} no wait, \\boxed{5}"},
               {"5", "The answer is \\boxed{5}. Yes, \\boxed{5} it is."},
               {"5", "\\fbox{5}"},
               {"5", "\\boxed 5"},
               {"5", "\\boxed{\\boxed{5}}"},
               {"5", "#### 5"},
               {"18", "She makes 9 * 2 = $<<9*2=18>>18.\n#### 18"},
               {"5", "**5**"},
               {"5", "The answer is 5."},
               {"5", "Final Answer: 5"},
               {"5", "**Final Answer**\n\\boxed{5}"},
               {"19", "so there are 19 points."},
               {"5", "<think>x</think> <answer> 5 </answer>"},
               {"5", "<answer>\\boxed{5}</answer>"},
               {"x>5", "Therefore $x \\gt 5$ is the solution."},
               {"9", "Answer \\[ \n 9 \n \\]"},
               {"1,2,3", "The solutions are 1, 2, and 3."},
               {"100\\%", "it increases by 100%."},
               {"12", "**Answer:** 12"},
               {"7.78", "pays approximately $7.78 for her fudge. Final Answer: The final answer is 7.78."},
               {"5", "\\boxed{5}<|im_end|>"},
               {"\\frac{1}{2}", "the probability is $\\frac{1}{2}$."},
               {"1000.99", "the number is not 10 which is 1,000.99\xE2\x82\xAC"}});
  ExpectNotRight({{"5", "It could be 5."},
                  {"5", "I think it's either 5 or 6."},
                  {"5", "<think>\\boxed{5}"},
                  {"5", "<think>\\boxed{5}</think>"},
                  {"5", "<think>\\boxed{5}</think> I do not know."},
                  {"5", "\\boxed{5"},
                  {"5", "\\boxed{}"},
                  {"5", "\\boxed{5}\\boxed{}"},
                  {"5", "\\boxed{4} ... \\boxed{5"},
                  {"5", ""},
                  {"5", "   "},
                  {"4", "\\boxed{4} no wait, \\boxed{5}"},
                  {"5", "The answer is not 5."},
                  {"5", "It is more than 5."},
                  {"5", "it cannot be 5"},
                  {"3", "The solutions are 1, 2, and 3."},
                  {"3", "so the result is 5x + 3"},
                  {"3", "the result is x = 5 - 3"},
                  {"5", "\\boxed{5 \\text{ or } 6}"},
                  {"5", "\\boxed{\\neq 5}"},
                  {"5", "\\boxed{5?}"},
                  {"5", "\\boxed{\\text{not }5}"},
                  {"5", "<answer>5"},
                  {"9", "Answer $ \n 9 \n $"}});
  EXPECT_EQ(JudgeMath("5", "").outcome, MathOutcome::kNoAnswer);
  EXPECT_EQ(JudgeMath("5", "<think>5").outcome, MathOutcome::kNoAnswer);
  EXPECT_EQ(ExtractAnswer("so \\boxed{\\{1,2\\}} and").value(), "\\{1,2\\}");
}

TEST(MathVerdictTest, ExplainsItself) {
  const MathVerdict right = JudgeMath("\\frac{3}{4}", "The answer is 0.75.");
  EXPECT_EQ(right.reason, "exact: both are 3/4");
  EXPECT_EQ(right.expected, "3/4");
  EXPECT_EQ(right.answer, "0.75");
  EXPECT_EQ(JudgeMath("(1,2)", "(1,3)").reason, "tuples or intervals, part 2: exact: 2 and 3");
  EXPECT_EQ(JudgeMath("2", "1/0").reason, "a division by zero");
}

TEST(MathVerdictTest, CanBeAsStrictAsPrm800k) {
  const MathOptions strict{.prm800k = true};
  EXPECT_FALSE(JudgeMath("4", "8/2", strict).right());
  EXPECT_FALSE(JudgeMath("$4$", "8/2", strict).right()) << "an integer in other clothes";
  EXPECT_FALSE(JudgeMath("\\text{4}", "8/2", strict).right());
  EXPECT_TRUE(JudgeMath("4", "4.0", strict).right());
  EXPECT_FALSE(JudgeMath("a+b+c", "c+b+a", strict).right());
  EXPECT_TRUE(JudgeMath("4", "8/2").right());
}

}  // namespace
}  // namespace r1
