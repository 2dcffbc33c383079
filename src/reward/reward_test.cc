#include "reward/reward.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "reward/answer_equality.h"
#include "reward/combine.h"
#include "reward/response_parts.h"

namespace r1 {
namespace {

const Example kExample{.id = "t", .question = "6*7?", .answer = "42"};

JudgedCompletion Finished(std::string text, int64_t tokens = 10) {
  return {.text = std::move(text), .token_ids = std::vector<int32_t>(static_cast<size_t>(tokens)), .finished = true};
}
double Score(std::string_view reward, const JudgedCompletion& completion, const RewardSpec& spec = {}) {
  return FindReward(reward).make(spec)(kExample, completion).score.value();
}

TEST(AccuracyRewardTest, WantsTheAnswerAfterTheThinking) {
  const auto score = [](std::string text) { return Score("accuracy", Finished(std::move(text))); };
  EXPECT_EQ(score(" <think> 6*7=42 </think> <answer> 42 </answer>"), 1);
  EXPECT_EQ(score(" <think> 6*7=42 </think> <answer>\n42\n</answer>"), 1);
  EXPECT_EQ(score("<think> a </think> <answer> 41 </answer> <answer> 42 </answer>"), 1) << "the last answer counts";
  EXPECT_EQ(score("<think> a </think> <answer> 42 </answer> <answer> 41 </answer>"), 0);
  EXPECT_EQ(score("<think> a </think> 42"), 0);
  EXPECT_EQ(score("<answer> 42 </answer>"), 0) << "no thinking was closed";
  EXPECT_EQ(score("<answer> 42 </answer> <think> a </think>"), 0) << "the answer must come after the thinking";
  EXPECT_EQ(score("<think> a </think> <answer> 42"), 0);
  EXPECT_EQ(score("<think> a </think> <answer> It is 42 </answer>"), 0);
  EXPECT_EQ(score("<think> a </think> <answer> </answer>"), 0);
  EXPECT_EQ(score(""), 0);
}

TEST(AnswerEqualityTest, ComparesNumbersAsRationalsAndTextExactly) {
  EXPECT_TRUE(AnswersEqual(" 42 ", "42"));
  EXPECT_TRUE(AnswersEqual("42.0", "42"));
  EXPECT_TRUE(AnswersEqual("0.5", "1/2"));
  EXPECT_TRUE(AnswersEqual("-6/4", "-1.5"));
  EXPECT_TRUE(AnswersEqual("007", "7"));
  EXPECT_TRUE(AnswersEqual("yes", "yes"));
  EXPECT_TRUE(AnswersEqual("3,5, 9", "3, 5,9"));
  EXPECT_FALSE(AnswersEqual("3,5", "3,5,"));
  EXPECT_FALSE(AnswersEqual("3, 5", "3 5"));
  EXPECT_FALSE(AnswersEqual("3,", "3"));
  EXPECT_TRUE(AnswersEqual("123456789012345678901", "123456789012345678901"));  // too long for a number: as text
  EXPECT_FALSE(AnswersEqual("42 cakes", "42"));
  EXPECT_FALSE(AnswersEqual("1/0", "1"));
  EXPECT_FALSE(AnswersEqual("4-2", "2"));
  EXPECT_FALSE(AnswersEqual("Yes", "yes"));
  EXPECT_FALSE(AnswersEqual("", "0"));
  EXPECT_FALSE(AnswersEqual("-", "0"));
  EXPECT_FALSE(AnswersEqual(".5", "1/2"));
}

TEST(MathRewardTest, JudgesMathematicsAndNothingInsideTheThinking) {
  const auto score = [](std::string text) { return Score("math", Finished(std::move(text))); };
  EXPECT_EQ(score("<think> 6*7 </think> So it is $\\boxed{\\frac{84}{2}}$."), 1);
  EXPECT_EQ(score("<think> 6*7 </think> <answer> 42.0 </answer>"), 1);
  EXPECT_EQ(score("<think> 6*7 </think> The answer is 43."), 0);
  EXPECT_EQ(score("<think> \\boxed{42} </think> I do not know."), 0);
  EXPECT_EQ(score(""), 0);
  JudgedCompletion cut = Finished("so \\boxed{42} or perhaps");
  EXPECT_EQ(Score("math", cut), 1);
  cut.finished = false;
  EXPECT_EQ(Score("math", cut), 0) << "the prompt may have opened the thinking";
  EXPECT_FALSE(MathReward({.id = "t", .question = "Prove it."}, Finished("done")).score) << "does not apply";
}

TEST(FormatRewardTest, WantsExactlyTheFourTagsAndNothingElse) {
  const auto detail = [](std::string text) {
    const RewardResult result = FormatReward(kExample, Finished(std::move(text)));
    EXPECT_EQ(*result.score, result.detail == "well-formed" ? 1 : 0);
    return result.detail;
  };
  EXPECT_EQ(detail(" <think> a </think> <answer> 1 </answer>"), "well-formed");
  EXPECT_EQ(detail("<think>a</think>\n<answer>1</answer>\n"), "well-formed");
  EXPECT_EQ(detail("So <think> a </think> <answer> 1 </answer>"), "text before <think>");
  EXPECT_EQ(detail("<think> </think> <answer> 1 </answer>"), "empty thinking");
  EXPECT_EQ(detail("<think> a </think> so <answer> 1 </answer>"), "text between </think> and <answer>");
  EXPECT_EQ(detail("<think> a </think> <answer>  </answer>"), "empty answer");
  EXPECT_EQ(detail("<think> a </think> <answer> 1 </answer> ok"), "text after </answer>");
  EXPECT_EQ(detail("<think> a <think> </think> <answer> 1 </answer>"), "the four tags do not occur once each in order");
  EXPECT_EQ(detail("<answer> 1 </answer> <think> a </think>"), "the four tags do not occur once each in order");
  JudgedCompletion cut = Finished("<think> a </think> <answer> 1 </answer>");
  cut.finished = false;
  EXPECT_EQ(FormatReward(kExample, cut).detail, "cut off");
  EXPECT_EQ(*FormatReward(kExample, cut).score, 0);
}

TEST(TagCountRewardTest, GivesAQuarterForEachTagInPlace) {
  EXPECT_EQ(Score("tag_count", Finished("<think> a </think> <answer> 1 </answer>")), 1);
  EXPECT_EQ(Score("tag_count", Finished("<think> a <answer> 1 </answer>")), 0.75);
  EXPECT_EQ(Score("tag_count", Finished("<answer> 1 </answer> <think> a </think>")), 0.5);
  EXPECT_EQ(Score("tag_count", Finished("1")), 0);
}

TEST(LengthRewardTest, IsDaposOverlongShaping) {
  const RewardSpec spec{.max_tokens = 100, .soft_tokens = 20};
  EXPECT_EQ(Score("length", Finished("", 80), spec), 0);
  EXPECT_EQ(Score("length", Finished("", 85), spec), -0.25);
  EXPECT_EQ(Score("length", Finished("", 100), spec), -1);
  EXPECT_EQ(Score("length", Finished("", 150), spec), -1);
}

TEST(RepetitionRewardTest, CountsRunsOfWordsSeenBefore) {
  const RewardSpec spec{.ngram = 2};
  EXPECT_EQ(Score("repetition", Finished("a b c d"), spec), 0);
  EXPECT_EQ(Score("repetition", Finished("a b a b a"), spec), -0.5);  // ab ba ab ba: two of four
  EXPECT_EQ(Score("repetition", Finished("a"), spec), 0);
}

TEST(LanguageRewardTest, IsTheShareOfTheTargetLanguageInTheThinking) {
  const auto score = [](std::string thinking, const char* language) {
    return Score("language", Finished("<think> " + thinking + " </think> <answer> 9 </answer>"), {.language = language});
  };
  EXPECT_EQ(score("First 17-8=9. So the answer is 9.", "en"), 1);
  EXPECT_EQ(score("D'abord 17-8=9. Donc on trouve 9.", "en"), 0);
  EXPECT_EQ(score("D'abord 17-8=9. Donc on trouve 9.", "fr"), 1);
  EXPECT_EQ(score("17-8=9. 9+1=10.", "en"), 0) << "bare symbols are no English";
  EXPECT_EQ(score("Then 17-8=9. 9+1=10.", "en"), 0.5);
  EXPECT_EQ(score("\xE7\xAD\x94\xE6\xA1\x88 yes", "en"), 1.0 / 3);
  EXPECT_EQ(Score("language", Finished("Then we see."), {}), 0) << "no closed thinking";
}

TEST(RewardRegistryTest, KnowsWhichRewardsJudgeAnswers) {
  EXPECT_EQ(JudgingReward(std::vector<RewardSpec>{{.name = "format"}, {.name = "math"}, {.name = "accuracy"}}), 1u);
  for (const char* name : {"accuracy", "math", "code", "command"})
    EXPECT_EQ(JudgingReward(std::vector<RewardSpec>{{.name = name}}), 0u) << name;
  EXPECT_EQ(JudgingReward(std::vector<RewardSpec>{{.name = "format"}, {.name = "length"}}), std::nullopt);
}

TEST(CombinedRewardTest, SumsWeightedPartsAndReportsEach) {
  const CombinedReward reward(std::vector<RewardSpec>{{.name = "accuracy"}, {.name = "format", .weight = 0.5}});
  const CombinedResult all = reward.Score(kExample, Finished("<think> a </think> <answer> 42 </answer>"));
  EXPECT_EQ(*all.score, 1.5);
  const CombinedResult half = reward.Score(kExample, Finished("<think> a </think> <answer> 41 </answer>"));
  EXPECT_EQ(*half.score, 0.5);
  ASSERT_EQ(half.parts.size(), 2u);
  EXPECT_EQ(*half.parts[0].score, 0);
  EXPECT_EQ(half.parts[0].detail, "expected 42, got 41");
  EXPECT_EQ(half.parts[1].detail, "well-formed");
}

// Here accuracy does not apply: there is no answer to compare with.
TEST(CombinedRewardTest, WhatIsOnlyReportedMakesNoScore) {
  const CombinedReward reward(
      std::vector<RewardSpec>{{.name = "command", .command = "echo null"}, {.name = "format", .weight = 0}});
  const CombinedResult result = reward.Score(kExample, Finished("<think> a </think> <answer> 42 </answer>"));
  EXPECT_EQ(result.parts[0].score, std::nullopt);
  EXPECT_EQ(result.parts[1].score, 1);
  EXPECT_EQ(result.score, std::nullopt);
}

TEST(CombinedRewardTest, RefusesWhatItCannotScore) {
  EXPECT_THROW(CombinedReward(std::vector<RewardSpec>{}), Error);
  EXPECT_THROW(CombinedReward(std::vector<RewardSpec>{{.name = "beauty"}}), Error);
  EXPECT_THROW(CombinedReward(std::vector<RewardSpec>{{.name = "format"}, {.name = "format"}}), Error);
  EXPECT_THROW(CombinedReward(std::vector<RewardSpec>{{.name = "length", .max_tokens = 10, .soft_tokens = 20}}), Error);
  EXPECT_THROW(CombinedReward(std::vector<RewardSpec>{{.name = "language", .language = "xx"}}), Error);
}

TEST(ResponsePartsTest, FindsTheLastNumberOfABaseModelsText) {
  EXPECT_EQ(LastNumber("First 17-8=9. So the answer is 9."), "9");
  EXPECT_EQ(LastNumber("17-8=9.\nAnswer: 9\nCheck: 9+8=17."), "9");
  EXPECT_EQ(LastNumber("17-8"), "8") << "a minus between digits is an operator";
  EXPECT_EQ(LastNumber("It is -3."), "-3");
  EXPECT_EQ(LastNumber("It is 2.5"), "2.5");
  EXPECT_EQ(LastNumber("Answer: none"), std::nullopt);
  EXPECT_EQ(LastNumber(""), std::nullopt);
}

}  // namespace
}  // namespace r1
