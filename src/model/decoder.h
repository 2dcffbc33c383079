// The pre-norm decoder that the Llama and Qwen families share: embedding, L layers of attention and MLP, final norm, output head.
#pragma once

#include <vector>

#include "model/attention.h"
#include "model/decoder_traits.h"
#include "model/mlp.h"
#include "model/model.h"

namespace r1 {

class DecoderLayer {
 public:
  DecoderLayer(Parameters& parameters, const std::string& prefix, const ModelConfig& config, const DecoderTraits& traits);
  Tensor Forward(ExecContext& ctx, Tensor x, std::span<const int32_t> positions,
                 const std::shared_ptr<const ops::AttentionPlan>& plan, const RopeTable& rope, KvType kv_type,
                 ops::KvLayer* cache) const;

 private:
  float eps_;
  Parameter* attention_norm_;
  SelfAttention attention_;
  Parameter* mlp_norm_;
  Mlp mlp_;
};

class Decoder : public Model {
 public:
  // Parameters are created with zero weights, in Hugging Face's order and names.
  Decoder(const ModelConfig& config, std::shared_ptr<Allocator> allocator, const DecoderTraits& traits);
  Tensor Forward(ExecContext& ctx, const ForwardBatch& batch, KvCache* cache = nullptr) const override;
  void Prepare(ExecContext& ctx, int64_t positions) const override;

 private:
  Parameter* embedding_;
  std::vector<DecoderLayer> layers_;
  Parameter* final_norm_;
  mutable RopeTable rope_;  // grows with the positions that are asked for
};

}  // namespace r1
