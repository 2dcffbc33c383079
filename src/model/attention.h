// Self-attention of one decoder layer: the only layer that looks at the cache.
#pragma once

#include "model/decoder_traits.h"
#include "model/kv_cache.h"
#include "model/parameters.h"
#include "model/rope_table.h"
#include "ops/attention.h"

namespace r1 {

class SelfAttention {
 public:
  // Adds its parameters under `prefix` ("model.layers.0.self_attn."). Queries, keys and values are one fused product whose row
  // ranges keep their Hugging Face names.
  SelfAttention(Parameters& parameters, const std::string& prefix, const ModelConfig& config, const DecoderTraits& traits);

  // x [N, D] -> [N, D].
  Tensor Forward(ExecContext& ctx, const Tensor& x, std::span<const int32_t> positions,
                 const std::shared_ptr<const ops::AttentionPlan>& plan, const RopeTable& rope, KvType kv_type,
                 ops::KvLayer* cache) const;

 private:
  ops::AttentionShape shape_;
  float scale_;
  Parameter* qkv_;
  Parameter* qkv_bias_ = nullptr;
  Parameter *q_norm_ = nullptr, *k_norm_ = nullptr;
  float eps_;
  Parameter* out_;
};

}  // namespace r1
