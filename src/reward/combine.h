// Several weighted rewards as one score, every part reported.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reward/reward.h"
#include "reward/slow_pool.h"

namespace r1 {

struct CombinedResult {
  // Sum of weight * score over the rewards that apply; nothing if none does. Weight 0 is a reward that is only reported.
  std::optional<double> score;
  std::vector<RewardResult> parts;  // in the order of the specs, unweighted
};

class CombinedReward {
 public:
  // Throws kInvalidArgument for an empty list, an unknown name, the same name twice, or settings that a reward cannot use.
  explicit CombinedReward(std::vector<RewardSpec> specs);

  CombinedResult Score(const Example& example, const JudgedCompletion& completion) const;

  // The same in two halves: what takes long begins on other threads, and is waited for when the rest is computed here. One of each
  // for every completion of a batch, and programs are judged side by side, while others are still being written.
  using SlowParts = std::vector<PendingReward>;  // one for each slow reward, in the order of the specs
  SlowParts BeginSlow(std::shared_ptr<const Example> example, std::shared_ptr<const JudgedCompletion> completion) const;
  CombinedResult Finish(const Example& example, const JudgedCompletion& completion, const SlowParts& slow) const;

  bool has_slow() const { return num_slow_ > 0; }
  SlowTimes slow_times() const { return clock_.Now(); }  // since the beginning
  const std::vector<RewardSpec>& specs() const { return specs_; }

 private:
  struct Part {
    RewardFn quick;                  // either this
    std::unique_ptr<SlowPool> slow;  // or this
  };

  std::vector<RewardSpec> specs_;
  mutable SlowClock clock_;
  std::vector<Part> parts_;  // in the order of the specs
  size_t num_slow_ = 0;
};

}  // namespace r1
