#include "reward/combine.h"

#include <utility>

namespace r1 {
namespace {

// What is quick is computed when it begins.
SlowRewardFn Begun(RewardFn score) {
  return [score = std::move(score)](const Example& example, const JudgedCompletion& completion) -> PendingReward {
    return [part = score(example, completion)] { return part; };
  };
}

}  // namespace

CombinedReward::CombinedReward(std::vector<RewardSpec> specs) : specs_(std::move(specs)) {
  Require(!specs_.empty(), "rewards: the list is empty");
  for (size_t i = 0; i < specs_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) Require(specs_[i].name != specs_[j].name, "rewards: '", specs_[i].name, "' is listed twice");
    const RewardRow& row = FindReward(specs_[i].name);
    rewards_.push_back(row.make_slow != nullptr ? row.make_slow(specs_[i]) : Begun(row.make(specs_[i])));
  }
}

std::function<CombinedResult()> CombinedReward::Begin(const Example& example, const JudgedCompletion& completion) const {
  std::vector<PendingReward> parts;
  for (const SlowRewardFn& begin : rewards_) parts.push_back(begin(example, completion));
  return [this, parts = std::move(parts)] {
    CombinedResult result;
    for (size_t i = 0; i < parts.size(); ++i) {
      RewardResult part = parts[i]();
      if (part.score) result.score = result.score.value_or(0.0) + specs_[i].weight * *part.score;
      result.parts.push_back(std::move(part));
    }
    return result;
  };
}

}  // namespace r1
