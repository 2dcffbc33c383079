// The on-policy promise from the trainer's side: log-probabilities are those the engine sampled with, and gradients do not depend
// on how a step is cut into micro-batches. All comparisons are of bits.
#include "train/training_batch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "base/error.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "model/registry.h"
#include "ops/tape.h"

namespace r1 {
namespace {

ModelConfig SmallConfig(const char* architecture = "LlamaForCausalLM", bool tied = true, GemmType type = GemmType::kF32) {
  ModelConfig config;
  config.architecture = architecture;
  config.vocab_size = 200;
  config.hidden_size = 32;
  config.intermediate_size = 56;
  config.num_layers = 2;
  config.num_heads = 4;
  config.num_kv_heads = 2;
  config.head_dim = 16;
  config.max_position_embeddings = 160;
  config.tie_word_embeddings = tied;
  config.gemm_type = type;
  config.initializer_range = 0.2f;  // far from uniform, so that every token depends on its context
  return config;
}

std::vector<int32_t> RandomTokens(int64_t length, uint64_t key) {
  Rng rng(key);
  std::vector<int32_t> tokens;
  for (int64_t i = 0; i < length; ++i) tokens.push_back(static_cast<int32_t>(rng.Below(200)));
  return tokens;
}

struct Group {
  std::vector<int32_t> prompt;
  std::vector<std::vector<int32_t>> completions;
};

// Lengths around the borders of attention's key blocks, completions of a single token among them.
std::vector<Group> RandomGroups(int64_t count) {
  static constexpr int64_t kPrompts[] = {1, 15, 16, 17, 33, 48, 5}, kCompletions[] = {1, 2, 16, 31, 7, 18, 40};
  std::vector<Group> groups;
  for (int64_t g = 0; g < count; ++g) {
    Group group{RandomTokens(kPrompts[g % 7], RngKey({1, static_cast<uint64_t>(g)})), {}};
    for (int64_t i = 0; i < 2 + g % 4; ++i)
      group.completions.push_back(
          RandomTokens(kCompletions[(g + 3 * i) % 7], RngKey({2, static_cast<uint64_t>(g), static_cast<uint64_t>(i)})));
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<int32_t> Whole(const std::vector<int32_t>& prompt, const std::vector<int32_t>& completion) {
  std::vector<int32_t> tokens = prompt;
  tokens.insert(tokens.end(), completion.begin(), completion.end());
  return tokens;
}

bool SameBits(const float* a, const float* b, size_t count) { return std::memcmp(a, b, count * sizeof(float)) == 0; }

TEST(TrainingBatchTest, DocumentsAndGroupsSayWhichRowPredictsWhat) {
  TrainingBatch batch;
  batch.AddDocument(std::vector<int32_t>{5, 6, 7});
  batch.AddGroup(std::vector<int32_t>{1, 2}, std::vector<std::vector<int32_t>>{{8, 9}, {3}});
  EXPECT_EQ(batch.num_tokens(), 2 + 2 + 1) << "last tokens are not run, the prompt once";
  EXPECT_EQ(std::vector<int32_t>(batch.targets().begin(), batch.targets().end()), (std::vector<int32_t>{6, 7, 8, 9, 3}));
  EXPECT_EQ(std::vector<int32_t>(batch.hidden_rows().begin(), batch.hidden_rows().end()), (std::vector<int32_t>{0, 1, 3, 4, 3}));
}

TEST(TrainingBatchTest, ASharedPromptGivesTheBitsOfWholeDocuments) {
  for (const char* architecture : {"LlamaForCausalLM", "Qwen2ForCausalLM"}) {
    Runtime runtime(2);
    const auto model = NewModel(SmallConfig(architecture), 3, runtime.allocator);
    ExecContext ctx = runtime.Context();
    TrainingBatch shared;
    const std::vector<Group> groups = RandomGroups(21);
    for (const Group& g : groups) shared.AddGroup(g.prompt, g.completions);
    const ops::LogProbs got = ScoreBatch(ctx, *model, shared, 0.8f, /*with_entropy=*/true);
    int64_t at = 0;
    for (const Group& g : groups) {
      for (const auto& completion : g.completions) {
        TrainingBatch alone;
        alone.AddDocument(Whole(g.prompt, completion));
        const ops::LogProbs want = ScoreBatch(ctx, *model, alone, 0.8f, true);
        const int64_t skip = alone.num_targets() - static_cast<int64_t>(completion.size());
        ASSERT_TRUE(SameBits(got.logprobs.f32() + at, want.logprobs.f32() + skip, completion.size())) << architecture;
        ASSERT_TRUE(SameBits(got.entropy.f32() + at, want.entropy.f32() + skip, completion.size())) << architecture;
        at += static_cast<int64_t>(completion.size());
      }
    }
    EXPECT_EQ(at, got.logprobs.numel());
  }
}

// At least 100,000 tokens, sampled and greedy, over seats, chunks, threads and instruction sets, against micro-batches of other
// sizes.
TEST(TrainingBatchTest, TheTrainerRecomputesWhatTheEngineSampledToTheBit) {
  struct Way {
    int64_t seats, chunk;
    int engine_threads, trainer_threads;
    size_t groups_per_micro_batch;
    float temperature;
    bool share_prompts, prefix_cache;
  };
  const Way ways[] = {{256, 0, 2, 1, 5, 1.0f, true, false},
                      {7, 5, 1, 2, 1, 0.7f, true, true},
                      {64, 16, 2, 2, 100, 1.3f, false, true},
                      {256, 0, 1, 3, 3, 0.0f, false, false},
                      {33, 0, 3, 1, 9, 1.0f, true, true}};
  int64_t compared = 0;
  const auto try_all = [&](const KernelTable* kernels, GemmType type) {
    const bool slow = kernels == &ReferenceKernels();
    const auto model = NewModel(SmallConfig("LlamaForCausalLM", true, type), 3, Allocator::Create());
    for (const Way& way : ways) {
      Runtime sampling(way.engine_threads, *kernels);
      EngineConfig config;
      config.max_num_seqs = way.seats;
      config.prefill_chunk = way.chunk;
      config.num_blocks = 2600;
      config.enable_prefix_cache = way.prefix_cache;
      Engine engine(sampling, *model, config);
      std::vector<Request> requests;
      for (uint64_t i = 0; i < (slow ? 6u : 48u); ++i) {
        Request request;
        request.prompt = RandomTokens(1 + static_cast<int64_t>(i * 7 % 61), RngKey({5, i}));
        request.params.temperature = way.temperature;
        request.params.ignore_eos = true;
        request.params.max_tokens = 20 + static_cast<int64_t>(i * 11 % 60);
        for (uint64_t k = 0; k < 4; ++k) request.rng_keys.push_back(RngKey({6, i, k}));
        requests.push_back(std::move(request));
      }
      const std::vector<Completion> completions = engine.Generate(requests);
      Runtime training(way.trainer_threads, *kernels);
      ExecContext ctx = training.Context();
      const float inv_temperature = requests[0].params.InvTemperature();
      for (size_t begin = 0; begin < requests.size(); begin += way.groups_per_micro_batch) {
        TrainingBatch batch;
        std::vector<std::pair<int64_t, const Completion*>> where;  // first target of each completion
        for (size_t i = begin; i < std::min(requests.size(), begin + way.groups_per_micro_batch); ++i) {
          std::vector<std::vector<int32_t>> group;
          int64_t at = batch.num_targets();
          for (size_t k = 0; k < 4; ++k) {
            const Completion& c = completions[4 * i + k];
            group.push_back(c.token_ids);
            if (!way.share_prompts) {
              batch.AddDocument(Whole(requests[i].prompt, c.token_ids));
              at = batch.num_targets() - static_cast<int64_t>(c.token_ids.size());
            }
            where.emplace_back(at, &c);
            at += static_cast<int64_t>(c.token_ids.size());
          }
          if (way.share_prompts) batch.AddGroup(requests[i].prompt, group);
        }
        const ops::LogProbs scores = ScoreBatch(ctx, *model, batch, inv_temperature);
        for (const auto& [at, c] : where) {
          ASSERT_TRUE(SameBits(scores.logprobs.f32() + at, c->logprobs.data(), c->logprobs.size()))
              << kernels->isa << ", " << way.seats << " seats, chunk " << way.chunk << ", temperature " << way.temperature;
          compared += static_cast<int64_t>(c->logprobs.size());
        }
      }
    }
  };
  for (const KernelTable* kernels : SupportedKernels())
    for (GemmType type : {GemmType::kF32, GemmType::kBF16}) try_all(kernels, type);
  RecordProperty("tokens_compared", static_cast<int>(compared));
  EXPECT_GE(compared, 100'000);
}

// Gradients of every parameter, after `batches` one after the other. d loss / d logprob of target i is a function of i alone.
std::vector<std::vector<float>> Grads(const Model& model, int threads, const KernelTable& kernels,
                                      const std::vector<TrainingBatch>& batches) {
  Runtime runtime(threads, kernels);
  Parameters& parameters = model.parameters();
  parameters.ZeroGrads();
  uint64_t target = 0;
  for (const TrainingBatch& batch : batches) {
    Tape tape;
    ExecContext ctx = runtime.Context(&tape);
    const ops::LogProbs scores = ScoreBatch(ctx, model, batch, 0.9f);
    Tensor d = Tensor::Empty(*runtime.allocator, scores.logprobs.shape());
    for (int64_t i = 0; i < d.numel(); ++i)
      d.f32()[i] = static_cast<float>(static_cast<double>(RngKey({9, target++}) % 2000) / 1000 - 1);
    tape.AddGrad(ctx, scores.logprobs.id(), std::move(d));
    tape.Backward();
  }
  parameters.FoldEmbeddingGrads();
  std::vector<std::vector<float>> grads;
  for (const auto& p : parameters.all()) grads.emplace_back(p->grad.f32(), p->grad.f32() + p->grad.numel());
  return grads;
}

// `add(batch, i)` puts item i of `count` into a batch; every way of cutting the items must give the gradients of all at once.
void ExpectTheSameGradsHoweverCut(GemmType type, int64_t count, const std::function<void(TrainingBatch&, int64_t)>& add) {
  for (const char* architecture : {"LlamaForCausalLM", "Qwen2ForCausalLM"}) {
    for (const bool tied : {true, false}) {
      const auto model = NewModel(SmallConfig(architecture, tied, type), 3, Allocator::Create());
      auto cut = [&](int64_t size) {
        std::vector<TrainingBatch> batches;
        for (int64_t i = 0; i < count; ++i) {
          if (i % size == 0) batches.emplace_back();
          add(batches.back(), i);
        }
        return batches;
      };
      const auto want = Grads(*model, 1, DefaultKernels(), cut(count));
      for (const auto& grad : want) {
        double sum = 0;
        for (float g : grad) sum += std::abs(g);
        EXPECT_GT(sum, 0) << "an empty gradient proves nothing";
      }
      for (const int64_t size : {int64_t{1}, int64_t{2}, int64_t{5}, count}) {
        for (const int threads : {1, 2, 3}) {
          const auto got = Grads(*model, threads, DefaultKernels(), cut(size));
          for (size_t p = 0; p < want.size(); ++p)
            ASSERT_TRUE(SameBits(got[p].data(), want[p].data(), want[p].size()))
                << architecture << " " << model->parameters().all()[p]->name << ", micro-batches of " << size << ", " << threads
                << " threads";
        }
      }
      for (const KernelTable* kernels : SupportedKernels()) {
        const auto fresh = NewModel(SmallConfig(architecture, tied, type), 3, Allocator::Create());
        const auto got = Grads(*fresh, 2, *kernels, cut(3));
        for (size_t p = 0; p < want.size(); ++p)
          ASSERT_TRUE(SameBits(got[p].data(), want[p].data(), want[p].size())) << kernels->isa;
      }
    }
  }
}

TEST(TrainingBatchTest, GradientsOfDocumentsDoNotDependOnMicroBatches) {
  for (GemmType type : {GemmType::kF32, GemmType::kBF16})
    ExpectTheSameGradsHoweverCut(type, 13, [](TrainingBatch& batch, int64_t i) {
      batch.AddDocument(RandomTokens(2 + i * 5 % 47, RngKey({3, static_cast<uint64_t>(i)})));
    });
}

TEST(TrainingBatchTest, GradientsOfGroupsDoNotDependOnMicroBatches) {
  const std::vector<Group> groups = RandomGroups(11);
  for (GemmType type : {GemmType::kF32, GemmType::kBF16})
    ExpectTheSameGradsHoweverCut(type, 11, [&](TrainingBatch& batch, int64_t i) {
      const Group& g = groups[static_cast<size_t>(i)];
      batch.AddGroup(g.prompt, g.completions);
    });
}

}  // namespace
}  // namespace r1
