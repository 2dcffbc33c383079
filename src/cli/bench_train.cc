#include "cli/bench_train.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/median.h"
#include "base/rng.h"
#include "data/micro_corpus.h"
#include "kernels/gemm_bench.h"
#include "model/registry.h"
#include "text/bpe_trainer.h"
#include "train/grpo_trainer.h"
#include "train/pretrain_trainer.h"

namespace r1 {
namespace {

constexpr double kProbe = 5e-3;

}  // namespace

PretrainBenchResult BenchPretrain(Runtime& runtime, const ModelConfig& config, const TrainBenchOptions& options) {
  Require(options.document_tokens > 1 && options.document_tokens <= options.tokens_per_step, "bench train: documents of 2 to ",
          options.tokens_per_step, " tokens expected, got ", options.document_tokens);
  Require(options.document_tokens <= config.max_position_embeddings, "bench train: documents of ", options.document_tokens,
          " tokens do not fit the context of ", config.max_position_embeddings);
  const std::unique_ptr<Model> model = NewModel(config, 1, runtime.allocator, &runtime.pool);
  PretrainConfig pretrain;
  pretrain.tokens_per_step = options.tokens_per_step;
  pretrain.max_tokens_per_micro_batch = options.tokens_per_step;
  pretrain.max_document_tokens = options.document_tokens;
  pretrain.tokens = (options.steps + 2) * options.tokens_per_step;
  PretrainTrainer trainer(pretrain, runtime, *model, [&](int64_t index) {
    TokenSequence tokens;
    for (int64_t t = 0; t < options.document_tokens; ++t)
      tokens.push_back(static_cast<int32_t>(RandomBits(RngKey({static_cast<uint64_t>(index)}), static_cast<uint64_t>(t)) %
                                            static_cast<uint64_t>(config.vocab_size)));
    return tokens;
  });
  const double flops = 6.0 * static_cast<double>(config.NumParameters());  // a token
  PretrainBenchResult result;
  const int64_t documents = options.tokens_per_step / options.document_tokens, run = documents * (options.document_tokens - 1);
  result.plan = PlanTrainingMemory(config, run, run);
  runtime.allocator->ResetPeak();
  trainer.Step();
  trainer.Step();
  std::vector<double> times, rates, ceilings, fractions;
  for (int64_t i = 0; i < options.steps; ++i) {
    ceilings.push_back(GemmCeiling(runtime.kernels, runtime.pool, GemmType::kF32, kProbe));
    const auto start = std::chrono::steady_clock::now();
    trainer.Step();
    times.push_back(SecondsSince(start));
    // The last token of a document is only predicted, so it costs nothing and does not count.
    rates.push_back(static_cast<double>(run) / times.back());
    fractions.push_back(flops * rates.back() / (1e9 * ceilings.back()));
  }
  result.step_s = Median(times);
  result.tokens_per_s = Median(rates);
  result.ceiling = Median(ceilings);
  result.fraction = Median(fractions);
  result.peak_bytes = static_cast<int64_t>(runtime.allocator->peak_bytes_in_use());
  return result;
}

GrpoBenchResult BenchGrpo(Runtime& runtime, const ModelConfig& shape, const TrainBenchOptions& options) {
  CorpusConfig corpus_config;
  const MicroCorpus corpus(corpus_config, 1);
  std::vector<std::string> documents;
  for (int64_t i = 0; i < 500; ++i) documents.push_back(corpus.Document(i).text);
  BpeTrainerConfig bpe;
  bpe.vocab_size = shape.vocab_size;
  bpe.bos_token = "<|begin|>";
  bpe.unk_token = "<unk>";
  bpe.plain_tokens = {"<think>", "</think>", "<answer>", "</answer>"};
  bpe.add_bos = true;
  bpe.used_bytes_only = true;
  const Tokenizer tokenizer = TrainBpe(documents, bpe);
  ModelConfig config = shape;
  config.vocab_size = tokenizer.vocab_size();
  config.bos_token_id = tokenizer.bos_id().value_or(-1);
  config.eos_token_ids.clear();
  const std::unique_ptr<Model> model = NewModel(config, 1, runtime.allocator, &runtime.pool);

  GrpoTrainer::Setup setup;
  setup.config.steps = options.grpo_steps + 1;
  setup.config.prompts_per_step = options.prompts;
  setup.config.group_size = options.group_size;
  setup.config.max_completion_tokens = options.completion_tokens;
  setup.config.dynamic_sampling = DynamicSampling::kOff;
  setup.tasks = {{.task = "chain"}, {.task = "words"}};
  setup.prompt_template = "r1_zero";
  GrpoTrainer trainer(setup, runtime, *model, tokenizer);

  const int threads = runtime.pool.num_threads();
  GrpoBenchResult result;
  runtime.allocator->ResetPeak();
  std::vector<StepMetrics> steps;
  for (int i = 0; i <= options.grpo_steps; ++i) {
    RolloutBatch batch;
    StepMetrics metrics = trainer.Step(&batch);
    result.completion_tokens = batch.NumCompletionTokens();
    if (i > 0) steps.push_back(std::move(metrics));  // the first one asks for all memory
  }
  const MicroBatchSize largest = trainer.largest_micro_batch();
  result.plan = PlanGrpoMemory(config, setup.config, threads, largest.tokens, largest.targets);
  std::sort(steps.begin(), steps.end(),
            [](const StepMetrics& a, const StepMetrics& b) { return a.Get("time/step_s") < b.Get("time/step_s"); });
  result.metrics = steps[steps.size() / 2];
  result.peak_bytes = static_cast<int64_t>(runtime.allocator->peak_bytes_in_use());
  return result;
}

}  // namespace r1
