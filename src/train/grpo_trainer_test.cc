// What an update takes up, down to the bits of the weights.
#include "train/grpo_trainer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/rng.h"
#include "model/registry.h"
#include "text/bpe_trainer.h"

namespace r1 {
namespace {

Tokenizer SmallTokenizer() {
  BpeTrainerConfig config;
  config.vocab_size = 64;
  config.bos_token = "<|begin|>";
  config.eos_token = "<|end|>";
  config.unk_token = "<unk>";
  config.used_bytes_only = true;
  const std::vector<std::string> documents{"one plus two is three", "a conversation between user and assistant 0123456789"};
  return Tokenizer(TrainBpe(documents, config));
}

ModelConfig SmallModel(const Tokenizer& tokenizer) {
  ModelConfig config;
  config.architecture = "LlamaForCausalLM";
  config.vocab_size = tokenizer.vocab_size();
  config.hidden_size = 32;
  config.intermediate_size = 56;
  config.num_layers = 2;
  config.num_heads = 2;
  config.num_kv_heads = 1;
  config.head_dim = 16;
  config.max_position_embeddings = 512;
  config.tie_word_embeddings = true;
  config.initializer_range = 0.2f;
  return config;
}

GrpoTrainer::Setup SmallSetup(bool mask) {
  GrpoTrainer::Setup setup;
  setup.config.prompts_per_step = 2;
  setup.config.group_size = 4;
  setup.config.max_completion_tokens = 16;
  setup.config.mask_truncated_completions = mask;
  setup.tasks = {{.task = "words"}};
  setup.prompt_template = "r1_zero";
  return setup;
}

// Completions whose rewards differ; every second one was cut.
RolloutBatch TwoGroups(int64_t vocab_size) {
  RolloutBatch batch;
  Rng rng(7);
  const auto tokens = [&](int64_t count) {
    std::vector<int32_t> ids;
    for (int64_t i = 0; i < count; ++i) ids.push_back(static_cast<int32_t>(rng.Below(static_cast<uint64_t>(vocab_size))));
    return ids;
  };
  for (int g = 0; g < 2; ++g) {
    RolloutGroup group{.prompt_ids = tokens(9 + 20 * g)};
    for (int i = 0; i < 4; ++i) {
      Rollout r{.token_ids = tokens(3 + 5 * i + g), .finished = i % 2 == 0};
      r.sampler_logprobs.assign(r.token_ids.size(), -3.0f);
      r.reward.score = i;
      r.advantage = static_cast<float>(i) - 1.5f;
      group.rollouts.push_back(std::move(r));
    }
    batch.groups.push_back(std::move(group));
  }
  return batch;
}

// The weights, one after the other, after one optimizer step on all groups that it takes up.
std::vector<float> AfterUpdate(const GrpoTrainer::Setup& setup, const RolloutBatch& batch, double* grad_norm = nullptr) {
  const Tokenizer tokenizer = SmallTokenizer();
  Runtime runtime(2);
  const std::unique_ptr<Model> model = NewModel(SmallModel(tokenizer), RngKey({1, 2}), runtime.allocator, &runtime.pool);
  GrpoTrainer trainer(setup, runtime, *model, tokenizer);
  StepMetrics metrics;
  GrpoLossResult total;
  const auto groups = trainer.UpdateGroups(batch);
  trainer.UpdateOn(metrics, groups[0], 0, total);
  if (grad_norm != nullptr) *grad_norm = metrics.Get("grad_norm");
  std::vector<float> weights;
  for (const auto& parameter : model->parameters().all())
    weights.insert(weights.end(), parameter->value.f32(), parameter->value.f32() + parameter->value.numel());
  return weights;
}

bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(GrpoTrainerTest, MaskedCompletionsMoveTheWeightsAsIfTheyWereNotThere) {
  const RolloutBatch all = TwoGroups(SmallTokenizer().vocab_size());
  RolloutBatch finished = all, cut = all;
  for (RolloutGroup& group : finished.groups) std::erase_if(group.rollouts, [](const Rollout& r) { return !r.finished; });
  for (Rollout& r : cut.groups[0].rollouts) r.finished = false;
  const std::vector<float> masked = AfterUpdate(SmallSetup(true), all);
  EXPECT_TRUE(SameBits(masked, AfterUpdate(SmallSetup(false), finished)));
  EXPECT_FALSE(SameBits(masked, AfterUpdate(SmallSetup(false), all))) << "they do count without the mask";

  // A group that was cut altogether has no tokens; without any, nothing moves.
  RolloutBatch second = cut;
  second.groups.erase(second.groups.begin());
  EXPECT_TRUE(SameBits(AfterUpdate(SmallSetup(true), cut), AfterUpdate(SmallSetup(true), second)));
  for (Rollout& r : cut.groups[1].rollouts) r.finished = false;
  EXPECT_TRUE(SameBits(AfterUpdate(SmallSetup(true), cut), AfterUpdate(SmallSetup(true), {})));
}

TEST(GrpoTrainerTest, AGroupThatWasCutAltogetherStillCountsWhereSequencesAreCounted) {
  RolloutBatch cut = TwoGroups(SmallTokenizer().vocab_size());
  for (Rollout& r : cut.groups[0].rollouts) r.finished = false;
  RolloutBatch second = cut;
  second.groups.erase(second.groups.begin());
  for (const bool off : {true, false}) {
    GrpoTrainer::Setup setup = SmallSetup(true);
    setup.config.loss_aggregation = AggregationChoice::kSequence;
    setup.config.dynamic_sampling = off ? DynamicSampling::kOff : DynamicSampling::kDrop;
    double of_all = 0, of_second = 0;
    AfterUpdate(setup, cut, &of_all);
    AfterUpdate(setup, second, &of_second);
    EXPECT_NEAR(of_all / of_second, off ? 0.5 : 1, 1e-5);
  }
}

TEST(GrpoTrainerTest, MaskedSequencesStillCountAsSequences) {
  const RolloutBatch batch = TwoGroups(50);
  GrpoConfig config = SmallSetup(true).config;
  const LossNormalizer masked = GrpoTrainer::Normalizer(config, {&batch.groups[0]});
  EXPECT_EQ(masked.num_sequences, 4) << "TRL divides by the batch";
  EXPECT_EQ(masked.num_tokens, 3 + 13);
  config.mask_truncated_completions = false;
  EXPECT_EQ(GrpoTrainer::Normalizer(config, {&batch.groups[0]}).num_tokens, 3 + 8 + 13 + 18);
}

}  // namespace
}  // namespace r1
