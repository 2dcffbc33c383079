// A language model: tokens to hidden states to logits. Trainer and engine call the same Forward on the same weights.
#pragma once

#include <memory>
#include <span>

#include "model/forward_batch.h"
#include "model/kv_cache.h"
#include "model/model_config.h"
#include "model/parameters.h"
#include "ops/exec_context.h"
#include "ops/log_prob.h"

namespace r1 {

class Model {
 public:
  virtual ~Model() = default;

  const ModelConfig& config() const { return config_; }
  Parameters& parameters() const { return *parameters_; }

  // What keys and values are rounded to from now on. Before the first engine: caches hold one type.
  void SetKvType(KvType type) { config_.kv_type = type; }

  // What products with weights in f32 round them and their inputs to from now on. Before the first engine, too.
  void SetGemmType(GemmType type);

  // Final, normalized hidden states [N, D]. A tape that is present records; a cache that is present is read and written.
  virtual Tensor Forward(ExecContext& ctx, const ForwardBatch& batch, KvCache* cache = nullptr) const = 0;
  // Makes ahead what Forward makes on first use, for positions below `positions`. Until weights change, several threads may then
  // run Forward at once, on different sequences.
  virtual void Prepare(ExecContext& ctx, int64_t positions) const = 0;
  // [N', D] -> [N', V]. For training use TokenLogProbs, which keeps no logits.
  Tensor Logits(ExecContext& ctx, const Tensor& hidden) const;
  // log p of targets[i] after hidden[i]; see ops/log_prob.h.
  ops::LogProbs TokenLogProbs(ExecContext& ctx, const Tensor& hidden, std::span<const int32_t> targets, float inv_temperature,
                              bool with_entropy = false) const;

 protected:
  Model(ModelConfig config, std::shared_ptr<Parameters> parameters)
      : config_(std::move(config)), parameters_(std::move(parameters)) {}

  ModelConfig config_;
  std::shared_ptr<Parameters> parameters_;
  Parameter* head_ = nullptr;  // [V, D]; the embedding itself when tied
};

}  // namespace r1
