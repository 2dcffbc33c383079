// Next-token training on a stream of documents.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "data/packing.h"
#include "model/model.h"
#include "train/adamw.h"
#include "train/lr_schedule.h"
#include "train/step_metrics.h"
#include "train/training_batch.h"

namespace r1 {

struct PretrainConfig {
  int64_t tokens = 8'000'000;
  int64_t tokens_per_step = 4096;
  int64_t max_tokens_per_micro_batch = 0;
  int64_t max_document_tokens = 256;
  LrSchedule schedule;
  AdamWConfig optimizer;

  static constexpr auto Fields() {
    using C = PretrainConfig;
    return std::tuple{
        Field{"tokens", &C::tokens, "tokens to train on, in all: steps of tokens_per_step, which whole documents fill to some 97%"},
        Field{"tokens_per_step", &C::tokens_per_step, "tokens of one optimizer step; as many whole documents as fit"},
        Field{"max_tokens_per_micro_batch", &C::max_tokens_per_micro_batch,
              "tokens run at once; changes memory, not a bit of the result; 0: 4096, or 512 a thread if they fit 1 GiB"},
        Field{"max_document_tokens", &C::max_document_tokens, "longer documents are cut"},
        Field{"schedule", &C::schedule, "learning rate"},
        Field{"optimizer", &C::optimizer, "AdamW"}};
  }
  void Validate() const;  // throws kInvalidArgument naming the key
  int64_t Steps() const { return (tokens + tokens_per_step - 1) / tokens_per_step; }
};

// Document i as token ids, a pure function of i: the training state is then one number.
using DocumentSource = std::function<TokenSequence(int64_t index)>;

class PretrainTrainer {
 public:
  // Keeps references to runtime and model.
  PretrainTrainer(PretrainConfig config, Runtime& runtime, Model& model, DocumentSource documents);

  // One optimizer step. Metrics: loss, grad_norm, learning_rate, tokens, documents, tokens_per_s, time/*.
  StepMetrics Step();
  bool Done() const { return step_ >= config_.Steps(); }

  int64_t step() const { return step_; }
  int64_t cursor() const { return packer_.cursor(); }  // documents consumed
  void Restore(int64_t step, int64_t cursor);
  AdamW& optimizer() { return optimizer_; }

 private:
  PretrainConfig config_;
  Runtime& runtime_;
  Model& model_;
  Packer packer_;
  AdamW optimizer_;
  int64_t step_ = 0;
};

}  // namespace r1
