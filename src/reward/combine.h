// Several weighted rewards as one score, every part reported.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reward/reward.h"

namespace r1 {

struct CombinedResult {
  std::optional<double> score;      // sum of weight * score over the rewards that apply; nothing if none does
  std::vector<RewardResult> parts;  // in the order of the specs, unweighted
};

class CombinedReward {
 public:
  // Throws kInvalidArgument for an empty list, an unknown name, the same name twice, or settings that a reward cannot use.
  explicit CombinedReward(std::vector<RewardSpec> specs);

  CombinedResult Score(const Example& example, const JudgedCompletion& completion) const { return Begin(example, completion)(); }

  // Computes what is quick and begins what takes long; what it returns waits for that and gives the result. With one for each
  // completion of a batch, programs are judged side by side.
  std::function<CombinedResult()> Begin(const Example& example, const JudgedCompletion& completion) const;

  const std::vector<RewardSpec>& specs() const { return specs_; }

 private:
  std::vector<RewardSpec> specs_;
  std::vector<SlowRewardFn> rewards_;  // in the order of the specs
};

}  // namespace r1
