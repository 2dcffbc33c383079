// Settings of reinforcement learning with group-relative advantages.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "reward/reward.h"
#include "train/adamw.h"
#include "train/grpo_loss.h"
#include "train/lr_schedule.h"

namespace r1 {

// A published variant: how tokens are weighed and whether advantages are divided by the group's standard deviation.
enum class GrpoVariant { kGrpo, kDapo, kDrGrpo };
template <>
struct EnumNames<GrpoVariant> {
  static constexpr EnumName<GrpoVariant> kRows[] = {
      {GrpoVariant::kGrpo, "grpo"}, {GrpoVariant::kDapo, "dapo"}, {GrpoVariant::kDrGrpo, "dr_grpo"}};
};

enum class AggregationChoice { kAuto, kToken, kSequence, kConstant };
template <>
struct EnumNames<AggregationChoice> {
  static constexpr EnumName<AggregationChoice> kRows[] = {{AggregationChoice::kAuto, "auto"},
                                                          {AggregationChoice::kToken, "token"},
                                                          {AggregationChoice::kSequence, "sequence"},
                                                          {AggregationChoice::kConstant, "constant"}};
};

enum class AdvantageScale { kAuto, kGroupStd, kNone };
template <>
struct EnumNames<AdvantageScale> {
  static constexpr EnumName<AdvantageScale> kRows[] = {
      {AdvantageScale::kAuto, "auto"}, {AdvantageScale::kGroupStd, "group_std"}, {AdvantageScale::kNone, "none"}};
};

enum class DynamicSampling { kOff, kDrop, kRefill };
template <>
struct EnumNames<DynamicSampling> {
  static constexpr EnumName<DynamicSampling> kRows[] = {
      {DynamicSampling::kOff, "off"}, {DynamicSampling::kDrop, "drop"}, {DynamicSampling::kRefill, "refill"}};
};

struct GrpoConfig {
  int64_t steps = 60;
  int64_t prompts_per_step = 32;
  int64_t group_size = 16;
  int64_t max_completion_tokens = 128;
  double temperature = 1.0;

  GrpoVariant variant = GrpoVariant::kDapo;
  AggregationChoice loss_aggregation = AggregationChoice::kAuto;
  AdvantageScale advantage_scale = AdvantageScale::kAuto;
  float clip_low = 0.2f;
  float clip_high = 0.2f;
  float kl_coef = 0;
  int64_t reference_refresh_steps = 0;
  DynamicSampling dynamic_sampling = DynamicSampling::kDrop;
  int64_t max_refill_rounds = 3;
  bool mask_truncated_completions = false;
  int64_t updates_per_rollout = 1;
  int64_t max_tokens_per_micro_batch = 0;
  std::vector<RewardSpec> rewards = {{.name = "accuracy", .weight = 1.0}, {.name = "format", .weight = 0.5}};
  LrSchedule schedule{2e-4, 5, LrDecay::kConstant, 1.0};
  AdamWConfig optimizer{0.9f, 0.95f, 1e-8f, 0.0f, 1.0f};

  static constexpr auto Fields() {
    using C = GrpoConfig;
    return std::tuple{
        Field{"steps", &C::steps, "rollouts with their updates"},
        Field{"prompts_per_step", &C::prompts_per_step, "questions of one rollout"},
        Field{"group_size", &C::group_size, "completions sampled per prompt (G; num_generations in TRL, n in verl); at least 2"},
        Field{"max_completion_tokens", &C::max_completion_tokens,
              "longest completion; a longer one is cut and counts as unfinished"},
        Field{"temperature", &C::temperature, "sampling temperature of rollouts; log-probabilities are under it too"},
        Field{"variant", &C::variant,
              "preset: grpo (per sequence, group std), dapo (per token, group std), dr_grpo (constant, no std)"},
        Field{"loss_aggregation", &C::loss_aggregation, "auto (the variant's), token, sequence or constant"},
        Field{"advantage_scale", &C::advantage_scale, "auto (the variant's), group_std or none"},
        Field{"clip_low", &C::clip_low, "how far the policy ratio may fall below 1 (epsilon_low)"},
        Field{"clip_high", &C::clip_high,
              "how far it may rise above 1 (epsilon_high); DAPO's clip-higher is 0.28, R1's stage 1 uses 10"},
        Field{"kl_coef", &C::kl_coef, "weight of the k3 KL to the reference model (beta); 0 keeps no reference"},
        Field{"reference_refresh_steps", &C::reference_refresh_steps,
              "the reference becomes the current policy every so many steps (rollouts); 0 = never"},
        Field{"dynamic_sampling", &C::dynamic_sampling,
              "groups whose rewards are all equal: off (kept, they count in the loss), drop (they are in no mean, nor in the "
              "KL), or refill (sample further prompts instead)"},
        Field{"max_refill_rounds", &C::max_refill_rounds, "further rounds of prompts that refill may sample"},
        Field{"mask_truncated_completions", &C::mask_truncated_completions,
              "completions cut at max_completion_tokens count in their group's mean, and are not learned from (DAPO's overlong "
              "filtering)"},
        Field{"updates_per_rollout", &C::updates_per_rollout, "optimizer steps per rollout; the groups are split among them"},
        Field{"max_tokens_per_micro_batch", &C::max_tokens_per_micro_batch,
              "tokens run at once, whole groups; changes memory, not a bit of the result; 0: 4096, or 512 a thread if they fit 1 "
              "GiB"},
        Field{"rewards", &C::rewards, "rewards and their weights"},
        Field{"schedule", &C::schedule, "learning rate"},
        Field{"optimizer", &C::optimizer, "AdamW"}};
  }
  void Validate() const;  // throws kInvalidArgument naming the key

  GrpoLossConfig Loss() const;
  bool ScaleByStd() const;
};

}  // namespace r1
