#include "train/memory_plan.h"

#include <algorithm>
#include <cstdio>

#include "ops/log_prob.h"

namespace r1 {

MemoryPlan PlanTrainingMemory(const ModelConfig& config, int64_t tokens, int64_t targets, bool with_reference) {
  const int64_t d = config.hidden_size, f = config.intermediate_size, heads = config.num_heads, o = heads * config.head_dim;
  const int64_t qkv = o + 2 * config.num_kv_heads * config.head_dim;
  MemoryPlan plan;
  plan.tokens = tokens;
  plan.parameters = config.NumParameters();
  plan.state_bytes = 16 * plan.parameters + (config.tie_word_embeddings ? 4 * config.vocab_size * d : 0);
  plan.reference_bytes = with_reference ? 4 * plan.parameters : 0;
  // What the tape holds of a layer: two normalized inputs and the residual stream twice, the projections, attention's output with its
  // log-sum-exp, gate and up, their product, and one 1/rms for each norm.
  const int64_t layer = 4 * d + qkv + o + heads + 3 * f + 2;
  const int64_t kept = tokens * (d + config.num_layers * layer + 1) + targets * (d + 2);
  // Beside them, at the wider of two points of the backward pass: a chunk of logits with the gradient of the rows before the head, or
  // the residual's gradient with those of gate and up.
  const int64_t chunk = std::min(targets, ops::LogitChunkRows(config.vocab_size));
  const int64_t beside = std::max(chunk * config.vocab_size + targets * d, tokens * (d + 2 * f));
  plan.activation_bytes = 4 * (kept + beside);
  return plan;
}

std::string MemoryPlan::Describe() const {
  char text[160];
  std::snprintf(text, sizeof(text), "%.1f MB = 16 B x %.2fM parameters%s + %.1f MB activations of %lld tokens", static_cast<double>(Total()) / 1e6,
                static_cast<double>(parameters) / 1e6, reference_bytes ? " + reference" : "", static_cast<double>(activation_bytes) / 1e6,
                static_cast<long long>(tokens));
  return text;
}

}  // namespace r1
