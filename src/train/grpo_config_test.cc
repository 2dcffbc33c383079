#include "train/grpo_config.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "train/grpo_trainer.h"

namespace r1 {
namespace {

TEST(GrpoConfigTest, AVariantSetsAggregationAndScaleAndASettingOverridesIt) {
  GrpoConfig config;
  config.variant = GrpoVariant::kGrpo;
  EXPECT_EQ(config.Loss().aggregation, LossAggregation::kSequence);
  EXPECT_TRUE(config.ScaleByStd());
  config.variant = GrpoVariant::kDapo;
  EXPECT_EQ(config.Loss().aggregation, LossAggregation::kToken);
  EXPECT_TRUE(config.ScaleByStd());
  config.variant = GrpoVariant::kDrGrpo;
  EXPECT_EQ(config.Loss().aggregation, LossAggregation::kConstant);
  EXPECT_FALSE(config.ScaleByStd());
  config.loss_aggregation = AggregationChoice::kToken;
  config.advantage_scale = AdvantageScale::kGroupStd;
  EXPECT_EQ(config.Loss().aggregation, LossAggregation::kToken);
  EXPECT_TRUE(config.ScaleByStd());
}

TEST(GrpoConfigTest, TheLossTakesItsClipsAndKl) {
  GrpoConfig config;
  config.clip_low = 0.1f;
  config.clip_high = 0.28f;
  config.kl_coef = 0.01f;
  const GrpoLossConfig loss = config.Loss();
  EXPECT_EQ(loss.clip_low, 0.1f);
  EXPECT_EQ(loss.clip_high, 0.28f);
  EXPECT_EQ(loss.kl_coef, 0.01f);
}

TEST(GrpoConfigTest, ConstantAggregationDividesByAllCompletionsWhateverGroupsAreDropped) {
  GrpoConfig config{.prompts_per_step = 8, .group_size = 4, .variant = GrpoVariant::kDrGrpo};
  RolloutGroup group;
  group.rollouts.resize(4);
  for (const DynamicSampling sampling : {DynamicSampling::kDrop, DynamicSampling::kRefill}) {
    config.dynamic_sampling = sampling;
    EXPECT_EQ(GrpoTrainer::Normalizer(config, {&group}).num_sequences, 32);
    config.updates_per_rollout = 2;
    EXPECT_EQ(GrpoTrainer::Normalizer(config, {&group}).num_sequences, 16);
    config.updates_per_rollout = 1;
  }
  config.dynamic_sampling = DynamicSampling::kOff;
  EXPECT_EQ(GrpoTrainer::Normalizer(config, {&group, &group}).num_sequences, 8) << "all are there";
  config.variant = GrpoVariant::kDapo;
  config.dynamic_sampling = DynamicSampling::kDrop;
  EXPECT_EQ(GrpoTrainer::Normalizer(config, {&group}).num_sequences, 4);
}

TEST(GrpoConfigTest, RefusesWhatCannotTrainAndNamesTheSetting) {
  auto refused = [](auto change, const std::string& key) {
    GrpoConfig config;
    change(config);
    try {
      config.Validate();
      ADD_FAILURE() << key << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).rfind(key, 0), 0u) << error.what();
    }
  };
  GrpoConfig().Validate();
  refused([](GrpoConfig& c) { c.group_size = 1; }, "group_size");
  refused([](GrpoConfig& c) { c.temperature = 0; }, "temperature");
  refused([](GrpoConfig& c) { c.temperature = 1e-8; }, "temperature");
  refused([](GrpoConfig& c) { c.rewards = {{.name = "length", .max_tokens = 160}}; }, "rewards: length");
  refused([](GrpoConfig& c) { c.kl_coef = -1; }, "kl_coef");
  refused([](GrpoConfig& c) { c.updates_per_rollout = c.prompts_per_step + 1; }, "updates_per_rollout");
  refused([](GrpoConfig& c) { c.max_completion_tokens = 0; }, "max_completion_tokens");
  refused([](GrpoConfig& c) { c.reference_refresh_steps = 2; }, "reference_refresh_steps");
  refused([](GrpoConfig& c) { c.rewards.clear(); }, "rewards");
  refused([](GrpoConfig& c) { c.rewards = {{.name = "format"}, {.name = "format"}}; }, "rewards: 'format' is listed twice");
  refused([](GrpoConfig& c) { c.rewards = {{.name = "format", .weight = 0}}; }, "rewards: all of them have weight 0");
  refused([](GrpoConfig& c) { c.schedule.learning_rate = -1; }, "learning_rate");
}

}  // namespace
}  // namespace r1
