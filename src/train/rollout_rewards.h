// The rewards of one round of rollouts. Those that take long begin as each completion ends, while the others are still sampled;
// when the round is over, only what is left of them is waited for. Rewards are pure functions of a completion and are collected by
// its place, so whatever ends first changes no bit.
#pragma once

#include <memory>
#include <vector>

#include "reward/combine.h"
#include "train/rollout.h"
#include "train/step_metrics.h"

namespace r1 {

class RolloutRewards {
 public:
  // For batches of `groups` groups of `group_size` rollouts. `rewards` must outlive it.
  RolloutRewards(const CombinedReward& rewards, size_t groups, size_t group_size);

  // Rollout `sample` of group `group` is complete.
  void Begin(const RolloutBatch& batch, size_t group, size_t sample);
  // After Begin for all: fills in every rollout's reward. Throws what a reward threw, and kCancelled when interrupted. Adds to the
  // metrics, where there are slow rewards: time/reward_slow_s (on the clock, while any of them was under way), time/reward_wait_s
  // (what was waited here), reward_hidden (the share of the first that the second is not), reward_timeouts.
  void Finish(StepMetrics& metrics, RolloutBatch& batch);

 private:
  const CombinedReward& rewards_;
  const size_t group_size_;
  const SlowTimes before_;
  std::vector<std::shared_ptr<const Example>> examples_;  // of each group; shared with what is under way
  std::vector<CombinedReward::SlowParts> begun_;          // of each rollout
};

}  // namespace r1
