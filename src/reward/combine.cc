#include "reward/combine.h"

#include <utility>

namespace r1 {

CombinedReward::CombinedReward(std::vector<RewardSpec> specs) : specs_(std::move(specs)) {
  Require(!specs_.empty(), "rewards: the list is empty");
  for (size_t i = 0; i < specs_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) Require(specs_[i].name != specs_[j].name, "rewards: '", specs_[i].name, "' is listed twice");
    const RewardRow& row = FindReward(specs_[i].name);
    const bool slow = row.make_slow != nullptr;
    slow_.push_back(slow ? row.make_slow(specs_[i]) : nullptr);
    rewards_.push_back(slow ? nullptr : row.make(specs_[i]));
  }
}

std::function<CombinedResult()> CombinedReward::Begin(const Example& example, const JudgedCompletion& completion) const {
  std::vector<PendingReward> parts;
  for (size_t i = 0; i < rewards_.size(); ++i) {
    if (slow_[i]) {
      parts.push_back(slow_[i](example, completion));
    } else {
      parts.push_back([part = rewards_[i](example, completion)] { return part; });
    }
  }
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
