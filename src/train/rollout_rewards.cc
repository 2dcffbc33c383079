#include "train/rollout_rewards.h"

#include <algorithm>

#include "base/log.h"

namespace r1 {

RolloutRewards::RolloutRewards(const CombinedReward& rewards, size_t groups, size_t group_size)
    : rewards_(rewards), group_size_(group_size), before_(rewards.slow_times()), examples_(groups), begun_(groups * group_size) {}

void RolloutRewards::Begin(const RolloutBatch& batch, size_t group, size_t sample) {
  if (!rewards_.has_slow()) return;  // and nothing is copied
  std::shared_ptr<const Example>& example = examples_[group];
  if (!example) example = std::make_shared<const Example>(batch.groups[group].example);
  const Rollout& r = batch.groups[group].rollouts[sample];
  auto completion = std::make_shared<const JudgedCompletion>(JudgedCompletion{r.text, r.token_ids, r.finished});
  begun_[group * group_size_ + sample] = rewards_.BeginSlow(example, std::move(completion));
}

void RolloutRewards::Finish(StepMetrics& metrics, RolloutBatch& batch) {
  auto begun = begun_.begin();
  for (RolloutGroup& group : batch.groups)
    for (Rollout& r : group.rollouts) r.reward = rewards_.Finish(group.example, {r.text, r.token_ids, r.finished}, *begun++);
  if (!rewards_.has_slow()) return;
  const SlowTimes times = rewards_.slow_times().Since(before_);
  metrics.Add("time/reward_slow_s", times.busy_s);
  metrics.Add("time/reward_wait_s", times.waited_s);
  metrics.Add("reward_timeouts", static_cast<double>(times.timeouts));
  const double share = metrics.Get("time/reward_wait_s") / std::max(1e-9, metrics.Get("time/reward_slow_s"));
  metrics.Set("reward_hidden", 1 - std::min(1.0, share));
  if (times.timeouts > 0) {
    LOG(Warning) << "rewards: " << times.timeouts << " completions were not judged within their time limit and got the score 0";
  }
}

}  // namespace r1
