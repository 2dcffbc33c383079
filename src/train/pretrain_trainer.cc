#include "train/pretrain_trainer.h"

#include <algorithm>

#include "base/bounds.h"
#include "ops/tape.h"
#include "train/memory_plan.h"

namespace r1 {

void PretrainConfig::Validate() const {
  RequireRange("tokens", tokens, 1, int64_t{1} << 50);
  RequireRange("tokens_per_step", tokens_per_step, 16, 1 << 30);
  RequireZeroOrRange("max_tokens_per_micro_batch", max_tokens_per_micro_batch, 16, 1 << 30);
  RequireRange("max_document_tokens", max_document_tokens, 2, 1 << 24);
  schedule.Validate();
  optimizer.Validate();
}

PretrainTrainer::PretrainTrainer(PretrainConfig config, Runtime& runtime, Model& model, DocumentSource documents)
    : config_(config),
      runtime_(runtime),
      model_(model),
      packer_(std::move(documents), config.tokens_per_step, std::min(config.max_document_tokens, config.tokens_per_step)),
      optimizer_(config.optimizer, model.parameters()) {}

void PretrainTrainer::Restore(int64_t step, int64_t cursor) {
  step_ = step;
  packer_.Seek(cursor);
  optimizer_.set_step(step);
}

StepMetrics PretrainTrainer::Step() {
  StepMetrics metrics;
  const auto start = std::chrono::steady_clock::now();
  Pack documents = Timed(metrics, "data", [&] { return packer_.Next(); });
  std::erase_if(documents, [](const TokenSequence& d) { return d.size() < 2; });  // nothing to predict
  int64_t num_targets = 0;
  for (const TokenSequence& d : documents) num_targets += static_cast<int64_t>(d.size()) - 1;

  const int64_t most = MicroBatchTokens(config_.max_tokens_per_micro_batch, model_.config(), runtime_.pool.num_threads());
  Parameters& parameters = model_.parameters();
  parameters.ReleasePacked();
  parameters.ZeroGrads();
  double loss = 0;
  for (size_t next = 0; next < documents.size();) {
    TrainingBatch batch;
    do batch.AddDocument(documents[next++]);
    while (next < documents.size() && batch.num_tokens() + static_cast<int64_t>(documents[next].size()) - 1 <= most);
    Tape tape;
    ExecContext ctx = runtime_.Context(&tape);
    const ops::LogProbs scores = Timed(metrics, "forward", [&] { return ScoreBatch(ctx, model_, batch, 1.0f); });
    Tensor d_logprobs = Tensor::Empty(*runtime_.allocator, scores.logprobs.shape());
    for (int64_t i = 0; i < batch.num_targets(); ++i) {
      loss -= scores.logprobs.f32()[i];
      d_logprobs.f32()[i] = -1.0f / static_cast<float>(num_targets);
    }
    tape.AddGrad(ctx, scores.logprobs.id(), std::move(d_logprobs));
    Timed(metrics, "backward", [&] { tape.Backward(); });
  }
  const float learning_rate = config_.schedule.At(step_, config_.Steps());
  ExecContext ctx = runtime_.Context();
  const float grad_norm = Timed(metrics, "optimizer", [&] { return optimizer_.Step(ctx, learning_rate); });
  ++step_;
  metrics.Set("loss", loss / static_cast<double>(num_targets));
  metrics.Set("grad_norm", grad_norm);
  metrics.Set("learning_rate", learning_rate);
  metrics.Set("tokens", static_cast<double>(num_targets));
  metrics.Set("documents", static_cast<double>(cursor()));
  metrics.Set("tokens_per_s", static_cast<double>(num_targets) / SecondsSince(start));
  return metrics;
}

}  // namespace r1
