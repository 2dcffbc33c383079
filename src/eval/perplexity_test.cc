#include "eval/perplexity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "model/registry.h"

namespace r1 {
namespace {

constexpr int64_t kVocab = 90;

std::unique_ptr<Model> TinyModel(float initializer_range, uint64_t seed = 5) {
  ModelConfig config;
  config.vocab_size = kVocab;
  config.hidden_size = 32;
  config.intermediate_size = 56;
  config.num_layers = 2;
  config.num_heads = 2;
  config.num_kv_heads = 1;
  config.head_dim = 16;
  config.max_position_embeddings = 64;
  config.tie_word_embeddings = true;
  config.initializer_range = initializer_range;
  return NewModel(config, seed, Allocator::Create());
}

std::vector<int32_t> RandomText(size_t tokens) {
  std::vector<int32_t> ids(tokens);
  Rng rng(RngKey({7}));
  for (int32_t& id : ids) id = static_cast<int32_t>(rng.Below(kVocab));
  return ids;
}

PerplexityReport Measured(Runtime& runtime, const Model& model, const Model* finer, const std::vector<int32_t>& text,
                          const WindowOptions& options) {
  const TokenizedTexts texts = {text};
  return MeasurePerplexity(runtime, model, finer, texts, TextWindows(texts, options), std::nullopt);
}

// log p of every token of `ids` but the first, as one sequence.
std::vector<float> LogProbs(Runtime& runtime, const Model& model, std::span<const int32_t> ids) {
  std::vector<int32_t> positions(ids.size() - 1), starts = {0, static_cast<int32_t>(ids.size()) - 1}, lengths = {starts[1]};
  std::iota(positions.begin(), positions.end(), 0);
  ForwardBatch batch;
  batch.token_ids = ids.first(ids.size() - 1);
  batch.positions = positions;
  batch.query_starts = starts;
  batch.context_lens = lengths;
  ExecContext ctx = runtime.Context();
  const Tensor logprobs = model.TokenLogProbs(ctx, model.Forward(ctx, batch), ids.subspan(1), 1.0f).logprobs;
  return {logprobs.f32(), logprobs.f32() + logprobs.numel()};
}

TEST(TextWindowsTest, OverlappingOnesCountEveryTokenButTheFirstOnceAfterHalfAContext) {
  for (int64_t context : {4, 5, 16, 31})
    for (int64_t tokens = 2; tokens < 100; ++tokens) {
      int64_t counted = 1;
      for (const TextWindow& w : TextWindows({RandomText(static_cast<size_t>(tokens))}, {.context = context})) {
        EXPECT_EQ(w.first_target, counted);
        EXPECT_LT(w.first_target, w.end);
        EXPECT_LE(w.end - w.begin, context);
        EXPECT_TRUE(w.begin == 0 || w.first_target - w.begin >= context / 2);
        counted = w.end;
      }
      EXPECT_EQ(counted, tokens) << "context " << context;
    }
}

TEST(TextWindowsTest, DisjointOnesCountTheirSecondHalves) {
  const auto windows = TextWindows({RandomText(35)}, {.context = 8, .disjoint = true});
  ASSERT_EQ(windows.size(), 4u);
  EXPECT_EQ(windows[3].begin, 24);
  EXPECT_EQ(windows[3].first_target, 29);  // llama.cpp scores n - n / 2 - 1 tokens of a window of n
  EXPECT_EQ(windows[3].end, 32);
}

TEST(TextWindowsTest, TooLittleTextIsRefused) {
  EXPECT_THROW(TextWindows({{}, {1}}, {.context = 8}), Error);
  EXPECT_THROW(TextWindows({RandomText(7)}, {.context = 8, .disjoint = true}), Error);
  EXPECT_THROW(TextWindows({RandomText(100)}, {.context = 3}), Error);
}

TEST(TextWindowsTest, NoWindowReachesAcrossTexts) {
  const TokenizedTexts texts = {RandomText(5), {}, RandomText(1), RandomText(20)};
  const auto windows = TextWindows(texts, {.context = 16});
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_EQ(windows[0].end, 5);
  EXPECT_EQ(windows[1].text, 3u);
  EXPECT_EQ(windows[2].begin, 8);
  EXPECT_EQ(CountedTokens(windows), 4 + 19);
  EXPECT_EQ(CountedTokens(TextWindows(texts, {.context = 16, .max_windows = 2})), 4 + 15);
}

TEST(PerplexityTest, OfAModelThatKnowsNothingIsItsVocabulary) {
  Runtime runtime(2);
  const auto model = TinyModel(0);
  const PerplexityReport report = Measured(runtime, *model, nullptr, RandomText(150), {.context = 32});
  EXPECT_NEAR(report.model.value, kVocab, 1e-3);
  EXPECT_EQ(report.counted, 149);
  EXPECT_FALSE(report.comparison.has_value());
}

// Windows in batches against each token of its window alone: bit by bit the log-probabilities of training.
TEST(PerplexityTest, IsTheMeanOfTheTrainersLogProbsInEveryWindow) {
  Runtime runtime(3);
  const auto model = TinyModel(0.5f);
  const TokenizedTexts texts = {RandomText(301), RandomText(90)};
  for (bool disjoint : {false, true})
    for (std::optional<int32_t> bos : {std::optional<int32_t>(), std::optional<int32_t>(4)}) {
      const auto windows = TextWindows(texts, {.context = 40, .disjoint = disjoint});
      double sum = 0;
      for (const TextWindow& w : windows) {
        std::vector<int32_t> ids(texts[w.text].begin() + w.begin, texts[w.text].begin() + w.end);
        if (bos) ids[0] = *bos;
        const std::vector<float> logprobs = LogProbs(runtime, *model, ids);
        for (int64_t t = w.first_target; t < w.end; ++t) sum -= static_cast<double>(logprobs[static_cast<size_t>(t - w.begin - 1)]);
      }
      int64_t told = 0;
      const PerplexityReport report =
          MeasurePerplexity(runtime, *model, nullptr, texts, windows, bos, [&](int64_t n) { told = n; });
      EXPECT_EQ(report.counted, CountedTokens(windows));
      EXPECT_EQ(report.model.value, std::exp(sum / static_cast<double>(report.counted)));
      EXPECT_LT(report.model.interval.low, report.model.value);
      EXPECT_GT(report.model.interval.high, report.model.value);
      EXPECT_EQ(told, report.counted);
    }
}

TEST(PerplexityTest, NeitherThreadsNorInstructionSetChangeABit) {
  const std::vector<int32_t> text = RandomText(200);
  std::optional<PerplexityReport> expected;
  for (const KernelTable* kernels : SupportedKernels()) {
    for (int threads : {1, 3}) {
      Runtime runtime(threads, *kernels);
      const auto model = TinyModel(0.5f), finer = TinyModel(0.5f, 6);  // they keep weights packed for one instruction set
      const PerplexityReport got = Measured(runtime, *model, finer.get(), text, {.context = 64});
      if (!expected) expected = got;
      EXPECT_EQ(got.model.value, expected->model.value) << kernels->isa;
      EXPECT_EQ(got.comparison->mean_kl, expected->comparison->mean_kl) << kernels->isa;
    }
  }
}

TEST(PerplexityTest, AModelLosesNothingBesideItself) {
  Runtime runtime(2);
  const auto model = TinyModel(0.5f);
  const PerplexityReport report = Measured(runtime, *model, model.get(), RandomText(100), {.context = 50});
  EXPECT_EQ(report.comparison->finer.value, report.model.value);
  EXPECT_EQ(report.comparison->loss, 0);
  EXPECT_EQ(report.comparison->mean_kl, 0);
  EXPECT_EQ(report.comparison->same_top, 1);
}

// Beside a model that knows nothing: log p is -log V, and the divergence from a uniform p is -mean log q - log V.
TEST(PerplexityTest, ComparesTokenByToken) {
  Runtime runtime(2);
  const auto model = TinyModel(0.5f), nothing = TinyModel(0);
  const std::vector<int32_t> text = RandomText(30);
  const PerplexityReport report = Measured(runtime, *model, nothing.get(), text, {.context = 64});
  double kl = 0;
  for (size_t t = 1; t < text.size(); ++t)
    for (int32_t v = 0; v < kVocab; ++v) {
      std::vector<int32_t> ids(text.begin(), text.begin() + static_cast<int64_t>(t));
      ids.push_back(v);
      kl += (-static_cast<double>(LogProbs(runtime, *model, ids).back()) - std::log(kVocab)) / kVocab / 29;
    }
  EXPECT_NEAR(report.comparison->mean_kl, kl, 1e-5 * kl);
  EXPECT_NEAR(report.comparison->loss, report.model.value / kVocab - 1, 1e-5);
  EXPECT_LT(report.comparison->same_top, 1);
}

TEST(PerplexityTest, WhatDoesNotFitIsRefused) {
  Runtime runtime(1);
  const auto model = TinyModel(0.5f);
  EXPECT_THROW(Measured(runtime, *model, nullptr, RandomText(100), {.context = 65}), Error);
  const std::vector<int32_t> foreign = {1, 2, kVocab};
  EXPECT_THROW(Measured(runtime, *model, nullptr, foreign, {.context = 8}), Error);
}

}  // namespace
}  // namespace r1
