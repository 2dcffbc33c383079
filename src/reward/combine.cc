#include "reward/combine.h"

#include <utility>

namespace r1 {

CombinedReward::CombinedReward(std::vector<RewardSpec> specs) : specs_(std::move(specs)) {
  Require(!specs_.empty(), "rewards: the list is empty");
  for (size_t i = 0; i < specs_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) Require(specs_[i].name != specs_[j].name, "rewards: '", specs_[i].name, "' is listed twice");
    rewards_.push_back(FindReward(specs_[i].name).make(specs_[i]));
  }
}

CombinedResult CombinedReward::Score(const Example& example, const JudgedCompletion& completion) const {
  CombinedResult result;
  for (size_t i = 0; i < rewards_.size(); ++i) {
    RewardResult part = rewards_[i](example, completion);
    if (part.score) result.score = result.score.value_or(0.0) + specs_[i].weight * *part.score;
    result.parts.push_back(std::move(part));
  }
  return result;
}

}  // namespace r1
