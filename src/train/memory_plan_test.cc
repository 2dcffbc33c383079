// What is planned is what is used: a pre-training step's peak of the allocator, weights, gradients and moments included.
#include "train/memory_plan.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/rng.h"
#include "model/registry.h"
#include "train/pretrain_trainer.h"

namespace r1 {
namespace {

struct Case {
  const char* name;
  int64_t d, f, layers, heads, kv_heads, head_dim, vocab, tokens;
  bool tied;
};

class MemoryPlanTest : public ::testing::TestWithParam<Case> {};

TEST_P(MemoryPlanTest, MatchesAStepWithinFivePercent) {
  const Case& c = GetParam();
  ModelConfig config;
  config.vocab_size = c.vocab;
  config.hidden_size = c.d;
  config.intermediate_size = c.f;
  config.num_layers = c.layers;
  config.num_heads = c.heads;
  config.num_kv_heads = c.kv_heads;
  config.head_dim = c.head_dim;
  config.max_position_embeddings = 256;
  config.tie_word_embeddings = c.tied;
  Runtime runtime(2);
  const auto model = NewModel(config, 1, runtime.allocator);
  PretrainConfig pretrain;
  pretrain.tokens = 2 * c.tokens;
  pretrain.tokens_per_step = c.tokens;
  pretrain.max_tokens_per_micro_batch = c.tokens;
  pretrain.max_document_tokens = 128;
  int64_t rows = 0;  // of the first step
  PretrainTrainer trainer(pretrain, runtime, *model, [&](int64_t index) {
    Rng rng(RngKey({1, static_cast<uint64_t>(index)}));
    TokenSequence document;
    for (int i = 0; i < 128; ++i) document.push_back(static_cast<int32_t>(rng.Below(static_cast<uint64_t>(c.vocab))));
    return document;
  });
  rows = static_cast<int64_t>(trainer.Step().Get("tokens"));
  runtime.allocator->ResetPeak();
  trainer.Step();
  const MemoryPlan plan = PlanTrainingMemory(config, rows, rows);
  const double planned = static_cast<double>(plan.Total()), measured = static_cast<double>(runtime.allocator->peak_bytes_in_use());
  EXPECT_NEAR(planned / measured, 1.0, 0.05) << c.name << ": planned " << planned << ", measured " << measured << ", "
                                             << plan.Describe();
  EXPECT_EQ(plan.parameters, model->parameters().numel());
}

TEST(MicroBatchTest, MoreThreadsTakeMoreTokensAtATimeWhereThoseAreSmall) {
  ModelConfig micro;
  micro.vocab_size = 256;
  micro.hidden_size = 128;
  micro.intermediate_size = 352;
  micro.num_layers = micro.num_heads = 4;
  micro.num_kv_heads = 2;
  micro.head_dim = 32;
  ModelConfig large = micro;
  large.hidden_size = 896;
  large.intermediate_size = 4864;
  large.num_layers = 24;
  EXPECT_EQ(MicroBatchTokens(0, micro, 1), 4096);
  EXPECT_EQ(MicroBatchTokens(0, micro, 8), 4096);
  EXPECT_EQ(MicroBatchTokens(0, micro, 16), 8192);
  EXPECT_LE(PlanTrainingMemory(micro, MicroBatchTokens(0, micro, 256), 0).activation_bytes, int64_t{1} << 30);
  EXPECT_EQ(MicroBatchTokens(0, large, 16), 4096) << "a gigabyte would not hold more";
  EXPECT_EQ(MicroBatchTokens(100, micro, 16), 100) << "what a recipe says counts";
}

TEST(GrpoMemoryPlanTest, AGroupThatIsLongerThanAMicroBatchIsPlannedFor) {
  ModelConfig config;
  config.vocab_size = 256;
  config.hidden_size = 64;
  config.intermediate_size = 128;
  config.num_layers = config.num_heads = config.num_kv_heads = 2;
  config.head_dim = 32;
  config.max_position_embeddings = 4096;
  GrpoConfig grpo;
  grpo.group_size = 16;
  grpo.prompts_per_step = 8;
  grpo.max_tokens_per_micro_batch = 4096;
  grpo.max_completion_tokens = 100;
  EXPECT_EQ(PlanGrpoMemory(config, grpo, 2).tokens, 4096);
  grpo.max_completion_tokens = 1000;
  EXPECT_EQ(PlanGrpoMemory(config, grpo, 2).tokens, 16'064);
  config.max_position_embeddings = 500;
  EXPECT_EQ(PlanGrpoMemory(config, grpo, 2).tokens, 8'064);
  grpo.prompts_per_step = 1;  // one small group is all there is
  grpo.max_completion_tokens = 10;
  EXPECT_EQ(PlanGrpoMemory(config, grpo, 2).tokens, 224);
}

INSTANTIATE_TEST_SUITE_P(Shapes, MemoryPlanTest,
                         ::testing::Values(Case{"micro", 96, 256, 4, 3, 1, 32, 512, 4096, true},
                                           Case{"micro_untied", 96, 256, 4, 3, 1, 32, 512, 4096, false},
                                           Case{"one_layer", 64, 128, 1, 2, 2, 32, 200, 2048, true},
                                           Case{"wide_mlp", 64, 512, 2, 2, 1, 32, 300, 1024, false},
                                           Case{"large_vocabulary", 64, 128, 2, 2, 1, 32, 8000, 512, true},
                                           Case{"large_vocabulary_untied", 64, 128, 2, 2, 1, 32, 8000, 1024, false},
                                           Case{"many_layers", 48, 96, 10, 3, 3, 16, 128, 512, true}),
                         [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace r1
