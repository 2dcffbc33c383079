#include "model/model_config.h"

#include "base/bounds.h"
#include "base/error.h"

namespace r1 {

int64_t ModelConfig::NumParameters() const {
  const int64_t d = hidden_size, qkv = (num_heads + 2 * num_kv_heads) * head_dim;
  const int64_t layer = d * qkv + num_heads * head_dim * d + 3 * d * intermediate_size + 2 * d;
  return (tie_word_embeddings ? 1 : 2) * vocab_size * d + num_layers * layer + d;
}

void ModelConfig::Validate() const {
  RequireRange("model config: vocab_size", vocab_size, 1, 1 << 24);
  RequireRange("model config: hidden_size", hidden_size, 8, 1 << 16);
  RequireRange("model config: intermediate_size", intermediate_size, 1, 1 << 20);
  RequireRange("model config: num_layers (num_hidden_layers)", num_layers, 1, 1024);
  RequireRange("model config: num_heads (num_attention_heads)", num_heads, 1, 1024);
  RequireRange("model config: num_kv_heads (num_key_value_heads)", num_kv_heads, 1, num_heads);
  Require(num_heads % num_kv_heads == 0,
          "model config: num_heads (num_attention_heads) must be a multiple of num_kv_heads (num_key_value_heads), got ", num_heads,
          " and ", num_kv_heads);
  Require(head_dim >= 8 && head_dim <= 256 && head_dim % 8 == 0, "model config: head_dim must be a multiple of 8 up to 256, got ",
          head_dim);
  RequireRange("model config: max_position_embeddings", max_position_embeddings, 1, 1 << 24);
  RequireRange("model config: rms_norm_eps", rms_norm_eps, 1e-30, 1);  // denormals are zeros
  if (rope_scaling) {
    const std::string& type = rope_scaling->type;
    Require(type == "linear" || type == "llama3" || type == "yarn" || type == "factors", "model config: rope_scaling of type ",
            type, " is not computed by this build; linear, llama3 and yarn are");
  }
  Require(rope_theta > 1 && rope_theta <= 1e15, "model config: rope_theta must be above 1 and at most 1e15, got ", rope_theta);
}

}  // namespace r1
