#include <gtest/gtest.h>

#include <chrono>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "reward/combine.h"

namespace r1 {
namespace {

const Example kExample{.id = "words/train/1", .question = "6*7?", .answer = "42", .metadata = {{"difficulty", "2"}}};

CombinedResult Score(const std::string& command, const std::string& text, double timeout_s = 20) {
  const CombinedReward reward(std::vector<RewardSpec>{{.name = "command", .command = command, .timeout_s = timeout_s}});
  return reward.Score(kExample, {text, {1, 2}, true});
}

std::string ErrorOf(const std::string& command, double timeout_s = 20) {
  try {
    Score(command, "x", timeout_s);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(CommandRewardTest, AsksAProgramLineByLine) {
  const ScratchFolder folder;
  folder.Write("reward.sh",
               "while read -r line; do\n"
               "  case \"$line\" in\n"
               "    *'\"answer\":\"42\"'*'\"completion\":\"good\\none\"'*) echo 0.5;;\n"
               "    *none*) echo null;;\n"
               "    *) echo -1;;\n"
               "  esac\n"
               "done\n");
  const CombinedReward reward(
      std::vector<RewardSpec>{{.name = "command", .weight = 2, .command = "sh " + folder.path() + "/reward.sh"}});
  EXPECT_EQ(*reward.Score(kExample, {"good\none", {}, true}).score, 1.0) << "weight 2";
  EXPECT_EQ(reward.Score(kExample, {"none", {}, true}).score, std::nullopt) << "null: does not apply";
  EXPECT_EQ(*reward.Score(kExample, {std::string(300000, 'x'), {}, true}).score, -2.0) << "longer than any pipe's buffer";
}

TEST(CommandRewardTest, TheExampleOfTheDocsRuns) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "python3 is not here";
  const std::string command = "python3 " R1_SOURCE_DIR "/examples/rewards/brevity.py";
  EXPECT_EQ(*Score(command, "<think> a </think> <answer> 42 </answer>").score, 1);
  EXPECT_EQ(*Score(command, "<think> 42 </think> <answer> 41 </answer>").score, 0);
}

TEST(CommandRewardTest, TroubleIsOneClearLine) {
  EXPECT_NE(ErrorOf("exit 3").find("example words/train/1: the program ended with exit code 3 before it answered"),
            std::string::npos);
  EXPECT_NE(ErrorOf("read line; echo good").find("expected a number or null on a line, got `good`"), std::string::npos);
  EXPECT_NE(ErrorOf("read line; echo nan").find("got `nan`"), std::string::npos);
  EXPECT_NE(ErrorOf("kill -9 $$").find("signal 9"), std::string::npos);
  EXPECT_NE(ErrorOf("/no/such/program").find("exit code 127"), std::string::npos);
  EXPECT_NE(ErrorOf("yes x | tr -d '\\n'").find("more than a megabyte"), std::string::npos);
  EXPECT_NE(ErrorOf(" ").find("`command` is empty"), std::string::npos);
}

TEST(CommandRewardTest, WaitsNoLongerThanTheLimitAndLeavesNothingRunning) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(ErrorOf("sleep 1000 & sleep 1000", 0.2).find("no answer within 0.2 s"), std::string::npos);
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 20);
}

}  // namespace
}  // namespace r1
