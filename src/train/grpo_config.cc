#include "train/grpo_config.h"

#include <algorithm>

#include "base/bounds.h"
#include "base/error.h"

namespace r1 {

void GrpoConfig::Validate() const {
  RequireRange("steps", steps, 0, 1'000'000'000);
  RequireRange("prompts_per_step", prompts_per_step, 1, 1 << 16);
  RequireRange("group_size", group_size, 2, 1 << 16);
  RequireRange("group_size times prompts_per_step", group_size * prompts_per_step, 2, 1 << 20);
  RequireRange("max_completion_tokens", max_completion_tokens, 1, 1 << 24);
  // At 0 nothing is drawn; SamplingParams has the same least value above it.
  Require(temperature >= 1e-6 && temperature <= 100, "temperature must be in 1e-06..100 in training, got ", temperature);
  RequireRange("clip_low", clip_low, 0, 1e6);
  RequireRange("clip_high", clip_high, 0, 1e6);
  RequireRange("kl_coef", kl_coef, 0, 1e6);
  RequireRange("reference_refresh_steps", reference_refresh_steps, 0, 1'000'000'000);
  Require(reference_refresh_steps == 0 || kl_coef > 0, "reference_refresh_steps = ", reference_refresh_steps,
          " needs a reference model, which there is with kl_coef above 0");
  RequireRange("max_refill_rounds", max_refill_rounds, 0, 1000);
  Require(updates_per_rollout >= 1 && updates_per_rollout <= prompts_per_step,
          "updates_per_rollout must be in 1..prompts_per_step = 1..", prompts_per_step, ", got ", updates_per_rollout);
  RequireZeroOrRange("max_tokens_per_micro_batch", max_tokens_per_micro_batch, 16, 1 << 30);
  Require(!rewards.empty(), "rewards must name at least one reward");
  Require(std::any_of(rewards.begin(), rewards.end(), [](const RewardSpec& reward) { return reward.weight != 0; }),
          "rewards: all of them have weight 0");
  RequireDistinct(rewards);
  for (const RewardSpec& reward : rewards)
    Require(reward.name != "length" || reward.max_tokens - reward.soft_tokens < max_completion_tokens,
            "rewards: length begins to count behind max_tokens - soft_tokens = ", reward.max_tokens - reward.soft_tokens,
            " tokens, which no completion of max_completion_tokens = ", max_completion_tokens, " has");
  schedule.Validate();
  optimizer.Validate();
}

GrpoLossConfig GrpoConfig::Loss() const {
  GrpoLossConfig loss{LossAggregation::kToken, clip_low, clip_high, kl_coef};
  switch (loss_aggregation) {
    case AggregationChoice::kAuto:
      loss.aggregation = variant == GrpoVariant::kGrpo   ? LossAggregation::kSequence
                         : variant == GrpoVariant::kDapo ? LossAggregation::kToken
                                                         : LossAggregation::kConstant;
      break;
    case AggregationChoice::kToken: loss.aggregation = LossAggregation::kToken; break;
    case AggregationChoice::kSequence: loss.aggregation = LossAggregation::kSequence; break;
    case AggregationChoice::kConstant: loss.aggregation = LossAggregation::kConstant; break;
  }
  return loss;
}

bool GrpoConfig::ScaleByStd() const {
  return advantage_scale == AdvantageScale::kAuto ? variant != GrpoVariant::kDrGrpo : advantage_scale == AdvantageScale::kGroupStd;
}

}  // namespace r1
