#include "train/memory_plan.h"

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "model/registry.h"
#include "ops/gated_mlp.h"
#include "ops/log_prob.h"
#include "train/rollout_engine.h"

namespace r1 {
namespace {

// Measured: 65,536 completions of 24 tokens.
constexpr int64_t kBytesOfRollout = 2560, kBytesOfRolloutToken = 20;

// Measured with the model of `r1 bench train`: up to eight threads more tokens at a time only take more memory; with 16 an update
// by 8,192 takes 0.85 of the time of one by 4,096.
constexpr int64_t kMicroBatch = 4096, kMicroBatchOfThread = 512;
constexpr int64_t kFewActivations = int64_t{1} << 30;  // bytes

}  // namespace

MemoryPlan PlanTrainingMemory(const ModelConfig& config, int64_t tokens, int64_t targets) {
  const int64_t d = config.hidden_size, f = config.intermediate_size, heads = config.num_heads, o = heads * config.head_dim;
  const int64_t qkv = o + 2 * config.num_kv_heads * config.head_dim;
  MemoryPlan plan;
  plan.tokens = tokens;
  plan.parameters = config.NumParameters();
  plan.state_bytes = 16 * plan.parameters + (config.tie_word_embeddings ? 4 * config.vocab_size * d : 0);
  // What the tape holds of a layer: two normalized inputs and the residual stream twice, the projections, attention's output with
  // its log-sum-exp, gate and up, and one 1/rms for each norm.
  const int64_t head_norm = FindModelFamily(config.architecture).traits.qk_norm ? qkv + heads + config.num_kv_heads : 0;
  const int64_t layer = 4 * d + qkv + head_norm + o + heads + 2 * f + 2;
  const int64_t kept = tokens * (d + config.num_layers * layer + 1) + targets * (d + 2);
  // Beside them, at the wider of two points of the backward pass: a chunk of logits with the gradient of the rows before the head,
  // or the residual's gradient, that of an MLP's input, and the product of gate and up of a span of rows.
  const int64_t chunk = std::min(targets, ops::LogitChunkRows(config.vocab_size));
  const int64_t beside =
      std::max(chunk * config.vocab_size + targets * d, tokens * 2 * d + std::min(tokens, ops::GatedMlpSpan(f)) * f);
  plan.activation_bytes = 4 * (kept + beside);
  return plan;
}

MemoryPlan PlanGrpoMemory(const ModelConfig& config, const GrpoConfig& grpo, int num_threads, int64_t tokens, int64_t targets) {
  MemoryPlan plan = PlanTrainingMemory(config, tokens, targets);
  plan.reference_bytes = grpo.kl_coef > 0 ? 4 * plan.parameters : 0;
  plan.cache_bytes = RolloutCacheBytes(grpo, config, num_threads);
  return plan;
}

MemoryPlan PlanGrpoMemory(const ModelConfig& config, const GrpoConfig& grpo, int num_threads) {
  const int64_t length = std::min(grpo.max_completion_tokens, config.max_position_embeddings), targets = grpo.group_size * length;
  const int64_t group = kPromptTokens + targets;
  const int64_t most = MicroBatchTokens(grpo.max_tokens_per_micro_batch, config, num_threads);
  const int64_t tokens = std::min(grpo.prompts_per_step * group, std::max(most, group));
  MemoryPlan plan = PlanGrpoMemory(config, grpo, num_threads, tokens, tokens);
  const int64_t rounds = grpo.dynamic_sampling == DynamicSampling::kRefill ? 1 + grpo.max_refill_rounds : 1;
  plan.rollout_bytes = rounds * grpo.prompts_per_step * grpo.group_size * (kBytesOfRollout + kBytesOfRolloutToken * length);
  return plan;
}

int64_t MicroBatchTokens(int64_t max_tokens_per_micro_batch, const ModelConfig& config, int num_threads) {
  if (max_tokens_per_micro_batch > 0) return max_tokens_per_micro_batch;
  int64_t tokens = std::max(kMicroBatch, num_threads * kMicroBatchOfThread);
  while (tokens > kMicroBatch && PlanTrainingMemory(config, tokens, tokens).activation_bytes > kFewActivations)
    tokens = std::max(kMicroBatch, tokens / 2);
  return tokens;
}

std::string MemoryPlan::Describe() const {
  const auto megabytes = [](int64_t bytes) { return Format("%.1f MB", static_cast<double>(bytes) / 1e6); };
  std::string text = megabytes(Total()) + Format(" = 16 B x %.2fM parameters", static_cast<double>(parameters) / 1e6);
  if (reference_bytes > 0) text += " + " + megabytes(reference_bytes) + " reference";
  if (cache_bytes > 0) text += " + " + megabytes(cache_bytes) + " KV cache";
  if (rollout_bytes > 0) text += " + " + megabytes(rollout_bytes) + " completions";
  return text + StrCat(" + ", megabytes(activation_bytes), " activations of ", tokens, " tokens");
}

}  // namespace r1
