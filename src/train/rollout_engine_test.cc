// How many completions of a rollout run together is a matter of speed alone; `r1 bench train` measures what it is worth.
#include "train/rollout_engine.h"

#include <gtest/gtest.h>

#include "model/kv_cache.h"

namespace r1 {
namespace {

ModelConfig Shape(int64_t num_layers, int64_t num_kv_heads, int64_t head_dim) {
  ModelConfig model;
  model.num_layers = num_layers;
  model.num_kv_heads = num_kv_heads;
  model.head_dim = head_dim;
  model.max_position_embeddings = 512;
  return model;
}

GrpoConfig Rollout(int64_t prompts, int64_t group) {
  GrpoConfig config;
  config.prompts_per_step = prompts;
  config.group_size = group;
  config.max_completion_tokens = 96;
  return config;
}

TEST(RolloutEngineTest, WholeGroupsRunTogetherAsFarAsTheirKeysAndValuesStayNear) {
  const ModelConfig micro = Shape(4, 2, 32), recipe = Shape(4, 1, 32), large = Shape(28, 2, 128);
  const GrpoConfig rollout = Rollout(32, 16);
  EXPECT_EQ(RolloutEngineConfig(rollout, micro, 2).max_num_seqs, 64);
  EXPECT_EQ(RolloutEngineConfig(rollout, recipe, 2).max_num_seqs, 144);
  EXPECT_EQ(RolloutEngineConfig(rollout, micro, 16).max_num_seqs, 512) << "more threads have more near";
  EXPECT_EQ(RolloutEngineConfig(rollout, large, 2).max_num_seqs, 64) << "fewer would wait for the weights";
  EXPECT_EQ(RolloutEngineConfig(Rollout(2, 16), recipe, 2).max_num_seqs, 32) << "a small rollout runs as a whole";
  EXPECT_EQ(RolloutEngineConfig(Rollout(32, 64), micro, 2).max_num_seqs, 256) << "a group begins when all of it fits: four do";
}

TEST(RolloutEngineTest, TheCacheHasRoomForAllThatRunTogetherAndForOneOfAnyLength) {
  const ModelConfig micro = Shape(4, 2, 32);
  const EngineConfig engine = RolloutEngineConfig(Rollout(32, 16), micro, 2);
  EXPECT_GE(engine.num_blocks * kKvBlockSize, engine.max_num_seqs * (96 + 32));
  EXPECT_GE(RolloutEngineConfig(Rollout(1, 1), micro, 2).num_blocks * kKvBlockSize, micro.max_position_embeddings);
}

}  // namespace
}  // namespace r1
