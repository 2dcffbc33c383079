#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "checkpoint/gguf_config.h"

namespace r1 {
namespace {

// What multiplies cos and sin under YaRN, as transformers computes it, over what llama.cpp computes by itself.
double RelativeAttentionFactor(const RopeScaling& scaling) {
  const auto scale = [&](double m) { return scaling.factor <= 1 ? 1.0 : 0.1 * m * std::log(scaling.factor) + 1.0; };
  const double m = scaling.mscale.value_or(0), all = scaling.mscale_all_dim.value_or(0);
  const double wanted = scaling.attention_factor ? *scaling.attention_factor
                        : m != 0 && all != 0     ? scale(m) / scale(all)
                                                 : scale(1);
  return wanted / scale(1);
}

void SetRopeScaling(GgufWriter& writer, const std::string& prefix, const HfConfig& config) {
  const RopeScaling& scaling = *config.rope_scaling;
  if (scaling.type == "llama3" || scaling.type == "factors") return;  // the tensor rope_freqs.weight
  Require(scaling.type == "linear" || scaling.type == "yarn", "rope scaling of type ", scaling.type, " cannot be written to GGUF");
  writer.SetString(prefix + "rope.scaling.type", scaling.type);
  writer.SetF32(prefix + "rope.scaling.factor", static_cast<float>(scaling.factor));
  if (scaling.type == "linear") return;
  writer.SetU32(prefix + "rope.scaling.original_context_length",
                static_cast<uint32_t>(scaling.original_max_position_embeddings.value_or(config.max_position_embeddings)));
  if (scaling.beta_fast) writer.SetF32(prefix + "rope.scaling.yarn_beta_fast", static_cast<float>(*scaling.beta_fast));
  if (scaling.beta_slow) writer.SetF32(prefix + "rope.scaling.yarn_beta_slow", static_cast<float>(*scaling.beta_slow));
  if (const double m = RelativeAttentionFactor(scaling); m != 1)
    writer.SetF32(prefix + "rope.scaling.attn_factor", static_cast<float>(m));
}

}  // namespace

void SetModelMetadata(GgufWriter& writer, const HfConfig& config) {
  const std::string prefix = config.model_type + ".";
  const auto integer = [&](const char* key, int64_t value) { writer.SetU32(prefix + key, static_cast<uint32_t>(value)); };
  integer("context_length", config.max_position_embeddings);
  integer("embedding_length", config.hidden_size);
  integer("block_count", config.num_hidden_layers);
  integer("feed_forward_length", config.intermediate_size);
  integer("attention.head_count", config.num_attention_heads);
  integer("attention.head_count_kv", config.num_key_value_heads);
  integer("attention.key_length", config.head_dim);
  integer("attention.value_length", config.head_dim);
  integer("rope.dimension_count", config.head_dim);
  integer("vocab_size", config.vocab_size);
  writer.SetF32(prefix + "attention.layer_norm_rms_epsilon", static_cast<float>(config.rms_norm_eps));
  writer.SetF32(prefix + "rope.freq_base", static_cast<float>(config.rope_theta));
  if (config.rope_scaling) SetRopeScaling(writer, prefix, config);
  if (config.bos_token_id) writer.SetU32("tokenizer.ggml.bos_token_id", static_cast<uint32_t>(*config.bos_token_id));
  if (config.pad_token_id) writer.SetU32("tokenizer.ggml.padding_token_id", static_cast<uint32_t>(*config.pad_token_id));
}

void SetGenerationMetadata(GgufWriter& writer, const GenerationConfig& config, std::optional<int64_t> eos) {
  std::vector<int64_t> ends = config.eos_token_ids;
  if (eos) {
    std::erase(ends, *eos);
    ends.insert(ends.begin(), *eos);
  }
  const char* keys[] = {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"};
  for (size_t i = 0; i < std::min(ends.size(), std::size(keys)); ++i) writer.SetU32(keys[i], static_cast<uint32_t>(ends[i]));
  if (!config.do_sample) return;
  const auto number = [&](const char* key, const std::optional<double>& value) {
    if (value) writer.SetF32(key, static_cast<float>(*value));
  };
  number("general.sampling.temp", config.temperature);
  number("general.sampling.top_p", config.top_p);
  number("general.sampling.min_p", config.min_p);
  number("general.sampling.penalty_repeat", config.repetition_penalty);
  if (config.top_k) writer.SetU32("general.sampling.top_k", static_cast<uint32_t>(*config.top_k));
}

}  // namespace r1
