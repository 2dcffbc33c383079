#include "train/rollout_rewards.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

// Later completions of a batch are judged sooner: what was begun first ends last.
constexpr const char* kUneven =
    "while read -r line; do n=$(echo \"$line\" | sed 's/.*\"completion\":\"x*\\([0-9]*\\)\".*/\\1/'); "
    "sleep 0.0$((9 - n)); echo \"$n\"; done";

RolloutBatch Batch(size_t groups, size_t group_size) {
  RolloutBatch batch;
  for (size_t g = 0; g < groups; ++g) {
    RolloutGroup group;
    group.example.id = StrCat("words/train/", g);
    for (size_t i = 0; i < group_size; ++i) {
      Rollout rollout;
      rollout.text = StrCat(std::string(g, 'x'), i);
      rollout.token_ids.resize(i);
      group.rollouts.push_back(std::move(rollout));
    }
    batch.groups.push_back(std::move(group));
  }
  return batch;
}

TEST(RolloutRewardsTest, AreTheSameWhateverIsBegunAndWhateverEndsFirst) {
  const CombinedReward rewards(
      {{.name = "command", .weight = 0.5, .command = kUneven, .jobs = 3}, {.name = "length", .max_tokens = 4, .soft_tokens = 4}});
  Rng rng({5});
  for (int round = 0; round < 2; ++round) {
    RolloutBatch batch = Batch(2, 4);
    std::vector<size_t> order(8);
    std::iota(order.begin(), order.end(), size_t{0});
    for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[rng.Below(i + 1)]);
    RolloutRewards round_rewards(rewards, 2, 4);
    for (const size_t i : order) round_rewards.Begin(batch, i / 4, i % 4);
    StepMetrics metrics;
    round_rewards.Finish(metrics, batch);
    for (const RolloutGroup& group : batch.groups) {
      for (size_t i = 0; i < 4; ++i) {
        ASSERT_EQ(group.rollouts[i].reward.parts.size(), 2u);
        EXPECT_EQ(group.rollouts[i].reward.parts[0].score, static_cast<double>(i));
        EXPECT_EQ(group.rollouts[i].reward.parts[1].score, i == 0 ? 0 : -static_cast<double>(i) / 4);
      }
    }
    EXPECT_GT(metrics.Get("time/reward_slow_s"), 0);
    EXPECT_GE(metrics.Get("time/reward_slow_s"), metrics.Get("time/reward_wait_s") * 0.9);
    EXPECT_EQ(metrics.Get("reward_timeouts", -1), 0);
  }
}

TEST(RolloutRewardsTest, QuickRewardsTakeNoThreadsAndReportNoWaiting) {
  const CombinedReward rewards(std::vector<RewardSpec>{{.name = "length", .max_tokens = 4, .soft_tokens = 4}});
  RolloutBatch batch = Batch(1, 2);
  RolloutRewards round(rewards, 1, 2);
  round.Begin(batch, 0, 0);
  round.Begin(batch, 0, 1);
  StepMetrics metrics;
  round.Finish(metrics, batch);
  EXPECT_EQ(batch.groups[0].rollouts[1].reward.score, -0.25);
  EXPECT_TRUE(metrics.values.empty());
}

TEST(RolloutRewardsTest, ARoundThatIsGivenUpIsForgotten) {
  const CombinedReward rewards(std::vector<RewardSpec>{{.name = "command", .command = "read line; sleep 1000"}});
  RolloutBatch batch = Batch(1, 4);
  RolloutRewards round(rewards, 1, 4);
  for (size_t i = 0; i < 4; ++i) round.Begin(batch, 0, i);
}  // at once, and not after four limits

}  // namespace
}  // namespace r1
