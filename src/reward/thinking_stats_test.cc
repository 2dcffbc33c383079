#include "reward/thinking_stats.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(ThinkingStatsTest, CountsTheThinkingOnly) {
  const ThinkingStats stats = CountThinking("<think> First 17-8=9. Then 9+4=14. </think> <answer> 1+1=2 </answer>");
  EXPECT_EQ(stats.equations, 2);
  EXPECT_EQ(stats.right_equations, 1);
  EXPECT_EQ(stats.self_checks(), 0);
  EXPECT_EQ(stats.languages.english, 2);
}

TEST(ThinkingStatsTest, SeesChecksCorrectionsAndTrials) {
  const ThinkingStats undone = CountThinking("<think> 17-8=9. 9+8=17. </think>");
  EXPECT_EQ(undone.rechecks, 1);
  EXPECT_EQ(undone.reflective_words, 0) << "a check in bare symbols is seen without its word";
  const ThinkingStats corrected = CountThinking("<think> 17-8=8. Wait, no: 17-8=9. </think>");
  EXPECT_EQ(corrected.corrections, 1);
  EXPECT_EQ(corrected.rechecks, 0);
  EXPECT_EQ(corrected.reflective_words, 1);
  const ThinkingStats search = CountThinking("<think> 4+7=11, too small. 4+9=13<16. 4+12=16, yes. </think>");
  EXPECT_EQ(search.trials, 2);
  EXPECT_EQ(search.self_checks(), 0);
}

TEST(ThinkingStatsTest, ReadsBrokenCompletions) {
  EXPECT_EQ(CountThinking("1+1=2").equations, 1);
  EXPECT_EQ(CountThinking("<think> 1+1=2").equations, 1);
  EXPECT_EQ(CountThinking("").equations, 0);
}

}  // namespace
}  // namespace r1
