#include "model/attention.h"

#include <cmath>

#include "ops/head_norm.h"
#include "ops/linear.h"

namespace r1 {

SelfAttention::SelfAttention(Parameters& parameters, const std::string& prefix, const ModelConfig& config,
                             const DecoderTraits& traits)
    : shape_{config.num_heads, config.num_kv_heads, config.head_dim},
      scale_(1.0f / std::sqrt(static_cast<float>(config.head_dim))),
      eps_(config.rms_norm_eps) {
  const int64_t q = config.num_heads * config.head_dim, kv = config.num_kv_heads * config.head_dim, width = shape_.qkv_width();
  auto parts = [&](const char* suffix) -> std::vector<Parameter::Part> {
    return {
        {prefix + "q_proj" + suffix, 0, q}, {prefix + "k_proj" + suffix, q, q + kv}, {prefix + "v_proj" + suffix, q + kv, width}};
  };
  qkv_ = &parameters.Add(prefix + "qkv_proj.weight", {width, config.hidden_size}, /*decay=*/true, parts(".weight"));
  if (traits.qkv_bias) qkv_bias_ = &parameters.Add(prefix + "qkv_proj.bias", {width}, /*decay=*/false, parts(".bias"));
  out_ = &parameters.Add(prefix + "o_proj.weight", {config.hidden_size, q}, /*decay=*/true);
  if (!traits.qk_norm) return;
  q_norm_ = &parameters.Add(prefix + "q_norm.weight", {config.head_dim}, /*decay=*/false);
  k_norm_ = &parameters.Add(prefix + "k_norm.weight", {config.head_dim}, /*decay=*/false);
}

Tensor SelfAttention::Forward(ExecContext& ctx, const Tensor& x, std::span<const int32_t> positions,
                              const std::shared_ptr<const ops::AttentionPlan>& plan, const RopeTable& rope, KvType kv_type,
                              ops::KvLayer* cache) const {
  Tensor qkv = ops::Linear(ctx, x, *qkv_, qkv_bias_);  // [N, (H + 2 Hkv) Dh]
  if (q_norm_) qkv = ops::HeadNorm(ctx, qkv, shape_, *q_norm_, *k_norm_, eps_);
  qkv = ops::Rope(ctx, std::move(qkv), shape_, rope.cos(), rope.sin(), positions);  // queries and keys rotated
  Tensor out = ops::Attention(ctx, qkv, shape_, plan, scale_, kv_type, cache);      // [N, H Dh]
  return ops::Linear(ctx, out, *out_);                                              // [N, D]
}

}  // namespace r1
