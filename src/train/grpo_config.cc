#include "train/grpo_config.h"

#include "base/error.h"

namespace r1 {

void GrpoConfig::Validate() const {
  Require(steps >= 0, "steps must not be negative, got ", steps);
  Require(prompts_per_step >= 1, "prompts_per_step must be at least 1, got ", prompts_per_step);
  Require(group_size >= 2, "group_size must be at least 2, got ", group_size);
  Require(max_completion_tokens >= 1, "max_completion_tokens must be at least 1, got ", max_completion_tokens);
  Require(temperature > 0, "temperature must be above 0 in training, got ", temperature);
  Require(clip_low >= 0, "clip_low must not be negative, got ", clip_low);
  Require(clip_high >= 0, "clip_high must not be negative, got ", clip_high);
  Require(kl_coef >= 0, "kl_coef must not be negative, got ", kl_coef);
  Require(reference_refresh_steps >= 0, "reference_refresh_steps must not be negative, got ", reference_refresh_steps);
  Require(max_refill_rounds >= 0, "max_refill_rounds must not be negative, got ", max_refill_rounds);
  Require(updates_per_rollout >= 1 && updates_per_rollout <= prompts_per_step,
          "updates_per_rollout must be in 1..prompts_per_step, got ", updates_per_rollout);
  Require(max_tokens_per_micro_batch >= 16, "max_tokens_per_micro_batch must be at least 16, got ", max_tokens_per_micro_batch);
  Require(!rewards.empty(), "rewards must name at least one reward");
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
