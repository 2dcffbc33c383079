#include "model/decoder.h"

#include <algorithm>

#include "base/error.h"
#include "ops/elementwise.h"
#include "ops/linear.h"
#include "ops/norm.h"

namespace r1 {

DecoderLayer::DecoderLayer(Parameters& parameters, const std::string& prefix, const ModelConfig& config,
                           const DecoderTraits& traits)
    : eps_(config.rms_norm_eps),
      attention_norm_(&parameters.Add(prefix + "input_layernorm.weight", {config.hidden_size}, /*decay=*/false)),
      attention_(parameters, prefix + "self_attn.", config, traits),
      mlp_norm_(&parameters.Add(prefix + "post_attention_layernorm.weight", {config.hidden_size}, /*decay=*/false)),
      mlp_(parameters, prefix + "mlp.", config) {}

Tensor DecoderLayer::Forward(ExecContext& ctx, Tensor x, std::span<const int32_t> positions,
                             const std::shared_ptr<const ops::AttentionPlan>& plan, const RopeTable& rope, KvType kv_type,
                             ops::KvLayer* cache) const {
  Tensor h = ops::RmsNorm(ctx, x, *attention_norm_, eps_);                                  // [N, D]
  x = ops::Add(ctx, x, attention_.Forward(ctx, h, positions, plan, rope, kv_type, cache));  // [N, D]
  h = ops::RmsNorm(ctx, x, *mlp_norm_, eps_);
  return ops::Add(ctx, x, mlp_.Forward(ctx, h));
}

Decoder::Decoder(const ModelConfig& config, std::shared_ptr<Allocator> allocator, const DecoderTraits& traits)
    : Model(config, std::make_shared<Parameters>(std::move(allocator),
                                                 config.stored_weights ? Parameters::Memory::kNone : Parameters::Memory::kZeros)),
      rope_(config) {
  config_.Validate();
  embedding_ = &parameters_->Add("model.embed_tokens.weight", {config.vocab_size, config.hidden_size}, /*decay=*/true);
  layers_.reserve(static_cast<size_t>(config.num_layers));
  for (int64_t i = 0; i < config.num_layers; ++i)
    layers_.emplace_back(*parameters_, StrCat("model.layers.", i, "."), config, traits);
  final_norm_ = &parameters_->Add("model.norm.weight", {config.hidden_size}, /*decay=*/false);
  if (config.tie_word_embeddings)
    head_ = embedding_;
  else
    head_ = &parameters_->Add("lm_head.weight", {config.vocab_size, config.hidden_size}, /*decay=*/true);
  embedding_->uses = {.product = head_ == embedding_, .look_up = true};
  for (const auto& parameter : parameters_->all()) parameter->gemm_type = config.gemm_type;
}

void Decoder::Prepare(ExecContext& ctx, int64_t positions) const {
  rope_.Reserve(ctx.pool, parameters_->allocator(), positions);
  for (const auto& parameter : parameters_->all())
    if (parameter->shape.rank() == 2 && parameter->uses.product && !parameter->stored)
      parameter->PackedForward(ctx.kernels, ctx.pool);
}

Tensor Decoder::Forward(ExecContext& ctx, const ForwardBatch& batch, KvCache* cache) const {
  const int64_t n = static_cast<int64_t>(batch.token_ids.size());
  Require(static_cast<int64_t>(batch.positions.size()) == n, "forward: ", n, " positions expected, got ", batch.positions.size());
  if (ctx.tape && head_ == embedding_ && !embedding_->embedding_grad.defined())
    embedding_->embedding_grad = Tensor::Zeros(ctx.allocator, embedding_->shape);
  const auto plan = ops::PlanAttention(batch, n);
  rope_.Reserve(ctx.pool, parameters_->allocator(),
                n == 0 ? 0 : *std::max_element(batch.positions.begin(), batch.positions.end()) + 1);
  Tensor x = ops::Embedding(ctx, *embedding_, batch.token_ids);  // [N, D]
  for (size_t i = 0; i < layers_.size(); ++i)
    x = layers_[i].Forward(ctx, std::move(x), batch.positions, plan, rope_, config_.kv_type,
                           cache ? &cache->layer(static_cast<int64_t>(i)) : nullptr);
  return ops::RmsNorm(ctx, x, *final_norm_, config_.rms_norm_eps);
}

}  // namespace r1
