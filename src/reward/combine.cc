#include "reward/combine.h"

#include <utility>

#include "base/check.h"

namespace r1 {

CombinedReward::CombinedReward(std::vector<RewardSpec> specs) : specs_(std::move(specs)) {
  Require(!specs_.empty(), "rewards: the list is empty");
  RequireDistinct(specs_);
  for (size_t i = 0; i < specs_.size(); ++i) {
    const RewardRow& row = FindReward(specs_[i].name);
    Part part;
    if (row.make_slow != nullptr)
      part.slow = std::make_unique<SlowPool>(row.make_slow(specs_[i]), specs_[i].timeout_s, clock_);
    else
      part.quick = row.make(specs_[i]);
    num_slow_ += part.slow ? 1 : 0;
    parts_.push_back(std::move(part));
  }
}

CombinedReward::SlowParts CombinedReward::BeginSlow(std::shared_ptr<const Example> example,
                                                    std::shared_ptr<const JudgedCompletion> completion) const {
  SlowParts begun;
  for (const Part& part : parts_)
    if (part.slow) begun.push_back(part.slow->Begin(example, completion));
  return begun;
}

CombinedResult CombinedReward::Finish(const Example& example, const JudgedCompletion& completion, const SlowParts& slow) const {
  CHECK(slow.size() == num_slow_);
  CombinedResult result;
  for (const Part& part : parts_) result.parts.push_back(part.quick ? part.quick(example, completion) : RewardResult{});
  auto begun = slow.begin();
  for (size_t i = 0; i < parts_.size(); ++i)
    if (parts_[i].slow) result.parts[i] = (begun++)->Get();
  for (size_t i = 0; i < parts_.size(); ++i)
    if (specs_[i].weight != 0 && result.parts[i].score)
      result.score = result.score.value_or(0.0) + specs_[i].weight * *result.parts[i].score;
  return result;
}

CombinedResult CombinedReward::Score(const Example& example, const JudgedCompletion& completion) const {
  SlowParts begun;
  if (has_slow()) begun = BeginSlow(std::make_shared<const Example>(example), std::make_shared<const JudgedCompletion>(completion));
  return Finish(example, completion, begun);
}

}  // namespace r1
