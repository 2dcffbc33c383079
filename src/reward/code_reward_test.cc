#include <gtest/gtest.h>

#include "judge/code/judge_test_util.h"
#include "reward/combine.h"
#include "reward/reward.h"

namespace r1 {
namespace {

Example SumExample() {
  Example example = {.id = "sum", .question = "Add two numbers."};
  example.metadata["tests"] = R"j({"stdin": [{"input": "2 3\n", "output": "5\n"}, {"input": "1 1\n", "output": "2\n"}]})j";
  example.metadata["language"] = "python";
  return example;
}

JudgedCompletion Answer(const std::string& code) {
  return {.text = "<think>hm</think>\n```python\n" + code + "\n```\n", .finished = true};
}

TEST(CodeRewardTest, DoesNotApplyWithoutTestsAndWantsAProgram) {
  const RewardFn reward = MakeReward({.name = "code"});
  EXPECT_FALSE(reward({.id = "plain"}, Answer("print(5)")).score);
  for (const char* text : {"<think>x</think> 5", "<think>x</think>\nprint(5)", "<think>\n```python\nprint(5)\n```\n</think> done",
                           "<think>\n```python\nprint(5)\n```\n", "<think>x</think>\n```python\nprint(5)", ""}) {
    const RewardResult none = reward(SumExample(), {.text = text});
    EXPECT_EQ(none.score, 0) << text;
    EXPECT_EQ(none.detail, "no program after the thinking") << text;
  }
  RewardSpec bad;
  bad.code.run.cpu_s = -1;
  bad.name = "code";
  EXPECT_THROW(MakeReward(bad), Error);
}

TEST(CodeRewardTest, JudgesProgramsOfABatchSideBySide) {
  std::string reason;
  if (MakeJudgeOr({}, reason) == nullptr) GTEST_SKIP() << "skipped: " << reason;
  RewardSpec spec = {.name = "code"};
  spec.code.partial_credit = true;
  spec.code.run.cpu_s = 0.3;
  const CombinedReward rewards({spec, {.name = "format", .weight = 0.5}});
  const auto example = std::make_shared<const Example>(SumExample());
  std::vector<JudgedCompletion> answers;
  std::vector<CombinedReward::SlowParts> begun;
  for (const char* code : {"print(sum(map(int, input().split())))", "print(5)", "print(", "while True: pass"}) {
    answers.push_back(Answer(code));
    begun.push_back(rewards.BeginSlow(example, std::make_shared<const JudgedCompletion>(answers.back())));
  }
  const auto result = [&](size_t i) { return rewards.Finish(*example, answers[i], begun[i]); };
  const CombinedResult right = result(0);
  EXPECT_EQ(right.parts.at(0).score, 1);
  EXPECT_EQ(right.parts.at(0).detail, "AC");
  EXPECT_EQ(right.score, 1) << "the form is not that of the reward `format`";
  EXPECT_EQ(result(1).parts.at(0).score, 0.5);
  EXPECT_EQ(result(2).parts.at(0).score, 0);
  EXPECT_EQ(result(3).parts.at(0).detail.substr(0, 3), "TLE");
}

TEST(CodeRewardTest, AProgramThatTakesTooLongInAllGetsNothing) {
  std::string reason;
  if (MakeJudgeOr({}, reason) == nullptr) GTEST_SKIP() << "skipped: " << reason;
  const CombinedReward rewards({{.name = "code", .timeout_s = 0.3}});
  const RewardResult late = rewards.Score(SumExample(), Answer("import time\ntime.sleep(3)")).parts.at(0);
  EXPECT_EQ(late.score, 0);
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(late.detail, "TLE: not judged within 0.3 s");
}

TEST(CodeRewardTest, APromptInCodeIsWhatTheProgramMayTakeForGranted) {
  std::string reason;
  if (MakeJudgeOr({}, reason) == nullptr) GTEST_SKIP() << "skipped: " << reason;
  Example example = {.id = "prompt",
                     .question = "import math\n\ndef half(x):\n    return x / 2\n\ndef f(x):\n    \"\"\"Half of the root.\"\"\"\n"};
  example.metadata = {
      {"tests", "def check(candidate):\n    assert candidate(16) == half(4)\n"}, {"entry_point", "f"}, {"lang", "python"}};
  const RewardFn reward = MakeReward({.name = "code"});
  EXPECT_EQ(reward(example, Answer("def f(x):\n    return half(math.sqrt(x))")).score, 1);
  EXPECT_EQ(reward(example, Answer("def half(x):\n    return 0\ndef f(x):\n    return half(x)")).score, 0);
}

}  // namespace
}  // namespace r1
