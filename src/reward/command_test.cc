#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "reward/combine.h"
#include "reward/line_process.h"

namespace r1 {
namespace {

const Example kExample{.id = "words/train/1", .question = "6*7?", .answer = "42", .metadata = {{"difficulty", "2"}}};

CombinedResult Score(const std::string& command, const std::string& text, double timeout_s = 20) {
  const CombinedReward reward(std::vector<RewardSpec>{{.name = "command", .command = command, .timeout_s = timeout_s}});
  return reward.Score(kExample, {text, {1, 2}, true});
}

std::string ErrorOf(const std::string& command, double timeout_s = 20) {
  return MessageOf([&] { Score(command, "x", timeout_s); });
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
  EXPECT_NE(ErrorOf("kill -9 $$").find("signal 9"), std::string::npos);
  EXPECT_NE(ErrorOf("/no/such/program").find("exit code 127"), std::string::npos);
  EXPECT_NE(ErrorOf("exec >&-; sleep 1000").find("closed its output before it answered"), std::string::npos);
  EXPECT_NE(ErrorOf(" ").find("`command` is empty"), std::string::npos);
}

TEST(CommandRewardTest, WhatIsNoScoreIsNotTakenForOne) {
  EXPECT_NE(ErrorOf("read line; echo good").find("expected a number or null on a line, got `good`"), std::string::npos);
  EXPECT_NE(ErrorOf("read line; echo nan").find("got `nan`"), std::string::npos);
  EXPECT_NE(ErrorOf("read line; head -c 300 /dev/zero; echo; cat").find("expected a number or null"), std::string::npos);
  EXPECT_NE(ErrorOf("yes x | tr -d '\\n'").find("more than a megabyte"), std::string::npos);
  EXPECT_NE(ErrorOf("read line; printf '1\\n2\\n'; cat").find("wrote more than one line"), std::string::npos);
  // One line for the first completion, and one that would be taken for the second's.
  const CombinedReward chatty(
      std::vector<RewardSpec>{{.name = "command", .command = "read a; echo 1; read b; echo 2; sleep 0.1; echo 3; cat"}});
  EXPECT_EQ(*chatty.Score(kExample, {"x", {}, true}).score, 1);
  EXPECT_EQ(*chatty.Score(kExample, {"x", {}, true}).score, 2);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_THROW(chatty.Score(kExample, {"x", {}, true}), Error) << "3 was not asked for";
}

TEST(CommandRewardTest, BeingLateCostsOneCompletionItsScore) {
  const CombinedReward reward(std::vector<RewardSpec>{
      {.name = "command",
       .command = "while read -r line; do case \"$line\" in *hang*) sleep 1000; echo 9;; *) echo 1;; esac; done",
       .timeout_s = 0.5}});
  const auto part = [&](const char* text) { return reward.Score(kExample, {text, {}, true}).parts.at(0); };
  EXPECT_EQ(*part("good").score, 1);
  const RewardResult late = part("hang");
  EXPECT_EQ(*late.score, 0);
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(late.detail, "not judged within 0.5 s");
  EXPECT_EQ(*part("good").score, 1) << "by a new copy, which does not say 9";
}

TEST(CommandRewardTest, AProgramThatNeverAnswersEndsTheTraining) {
  const CombinedReward reward(std::vector<RewardSpec>{{.name = "command", .command = "cat > /dev/null", .timeout_s = 0.02}});
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(reward.Score(kExample, {"x", {}, true}).parts.at(0).timed_out);
  const std::string message = MessageOf([&] { reward.Score(kExample, {"x", {}, true}); });
  EXPECT_NE(message.find("8 completions in a row got no answer within 0.02 s; does the program flush its output?"), message.npos)
      << message;
}

TEST(CommandRewardTest, CopiesAreAskedSideBySide) {
  const ScratchFolder folder;
  // Each copy answers when three others have been asked too.
  const std::string command = StrCat(
      "cd ", folder.path(), " && read -r line && touch $$ && until [ $(ls | wc -l) = 4 ]; do sleep 0.01; done && echo 1 && cat");
  const CombinedReward reward(std::vector<RewardSpec>{{.name = "command", .command = command, .jobs = 4}});
  const auto example = std::make_shared<const Example>(kExample);
  const auto completion = std::make_shared<const JudgedCompletion>();
  std::vector<CombinedReward::SlowParts> begun;
  for (int i = 0; i < 4; ++i) begun.push_back(reward.BeginSlow(example, completion));
  for (const auto& parts : begun) EXPECT_EQ(*reward.Finish(*example, *completion, parts).score, 1);
}

// Processes that a program notes down in `file`, one a line, are gone or soon will be.
void ExpectGone(const std::string& file) {
  std::istringstream pids(ReadFile(file));
  int count = 0;
  for (pid_t pid; pids >> pid; ++count) {
    int tries = 0;
    while (::kill(pid, 0) == 0 && ++tries < 1000) ::usleep(10000);
    EXPECT_LT(tries, 1000) << "process " << pid << " is still there";
  }
  EXPECT_EQ(count, 3);
}

// A child that waits with it, one that has left for a session of its own, and itself.
std::string Forks(const std::string& file) {
  return StrCat("echo $$ >> ", file, "; sleep 1000 & echo $! >> ", file, "; setsid sh -c 'echo $$ >> ", file,
                "; sleep 1000' & sleep 0.2; ");
}

TEST(CommandRewardTest, LeavesNothingRunningWhateverItForked) {
  const ScratchFolder folder;
  const std::string file = folder.path() + "/pids";
  Score(Forks(file) + "read -r line; echo 1; cat", "x");
  ExpectGone(file);
  std::filesystem::remove(file);
  EXPECT_NE(ErrorOf(Forks(file) + "exit 3").find("exit code 3"), std::string::npos) << "though children hold its output";
  ExpectGone(file);
  std::filesystem::remove(file);
  EXPECT_TRUE(Score(Forks(file) + "sleep 1000", "x", 1).parts.at(0).timed_out);
  ExpectGone(file);
}

TEST(CommandRewardTest, DiesWithAProcessThatIsKilled) {
  const ScratchFolder folder;
  const std::string file = folder.path() + "/pids";
  const pid_t child = ::fork();
  if (child == 0) {
    LineProcess process(Forks(file) + "cat");
    ::pause();
  }
  for (int tries = 0; tries < 1000; ++tries) {
    if (std::filesystem::exists(file) && std::ranges::count(ReadFile(file), '\n') == 3) break;
    ::usleep(10000);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ExpectGone(file);
}

}  // namespace
}  // namespace r1
