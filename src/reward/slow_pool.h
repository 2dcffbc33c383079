// The threads of one slow reward. Results are collected by whoever began them, so that the order in which they come changes
// nothing.
#pragma once

#include <memory>
#include <stop_token>

#include "judge/code/workers.h"
#include "reward/slow_clock.h"
#include "reward/slow_reward.h"

namespace r1 {

// The result of one completion, to come. Must not outlive its pool; one that is given up before its turn is never computed.
class PendingReward {
 public:
  // Waits. Throws what the reward threw, and kCancelled when interrupted (base/interrupt.h).
  RewardResult Get() const;

 private:
  friend class SlowPool;
  struct Job;
  PendingReward(std::shared_ptr<Job> job, SlowClock& clock) : job_(std::move(job)), clock_(&clock) {}

  std::shared_ptr<Job> job_;  // the pool holds it weakly
  SlowClock* clock_;
};

class SlowPool {
 public:
  // timeout_s: for one completion, from when its turn has come. `clock` outlives the pool.
  SlowPool(SlowReward reward, double timeout_s, SlowClock& clock);
  ~SlowPool();  // forgets what waits and stops what runs
  SlowPool(const SlowPool&) = delete;
  SlowPool& operator=(const SlowPool&) = delete;

  // In the order of these calls, as many at a time as the reward allows.
  PendingReward Begin(std::shared_ptr<const Example> example, std::shared_ptr<const JudgedCompletion> completion);

 private:
  void Compute(PendingReward::Job& job) const;

  const SlowReward reward_;
  const double timeout_s_;
  SlowClock& clock_;
  std::stop_source stop_;
  Workers workers_;  // last: its threads use the others
};

}  // namespace r1
