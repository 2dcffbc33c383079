// A model's description in Hugging Face's config.json: the Llama and Qwen families, read from transformers 4 and 5 files and
// written so that both open them. Keys that we do not know are ignored.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/rope_scaling.h"

namespace r1 {

struct HfConfig {
  std::vector<std::string> architectures;  // ["LlamaForCausalLM"]: the key of our model registry
  std::string model_type;                  // "llama", "qwen2", "qwen3"
  int64_t vocab_size = 0;
  int64_t hidden_size = 0;
  int64_t intermediate_size = 0;
  int64_t num_hidden_layers = 0;
  int64_t num_attention_heads = 0;
  int64_t num_key_value_heads = 0;  // divides num_attention_heads
  int64_t head_dim = 0;             // hidden_size / num_attention_heads unless the file says otherwise
  int64_t max_position_embeddings = 2048;
  double rms_norm_eps = 1e-6;
  double rope_theta = 10000.0;
  std::optional<RopeScaling> rope_scaling;
  double partial_rotary_factor = 1;
  std::string hidden_act = "silu";
  bool tie_word_embeddings = false;
  bool attention_bias = false;  // as written; Qwen2 has a bias on q, k and v by definition and does not write it
  bool mlp_bias = false;
  bool use_sliding_window = false;  // some layer really has a window: true in the file, or a layer type that says so
  std::optional<int64_t> sliding_window;
  double initializer_range = 0.02;
  std::optional<int64_t> bos_token_id, pad_token_id;
  std::vector<int64_t> eos_token_ids;  // a number or a list in the file
  std::string dtype = "float32";       // of the stored weights: torch_dtype or dtype
  // Ours, r1_compute_dtype in the file: "bf16" where products round weights and inputs to bf16 though the file has them in f32.
  std::string compute_dtype = "f32";
  std::string quantization_method;                        // quantization_config.quant_method; empty where weights are not quantized
  std::array<int64_t, 2> weight_block_size = {128, 128};  // rows and columns that share a scale, for FP8 in blocks
};

// Throws kDataLoss for text that is not such a file, kInvalidArgument for a value out of range, each naming the key:
//   config.json: hidden_size must be in 1..1048576, got -5
HfConfig ParseHfConfig(std::string_view text, std::string_view what = "config.json");

// Reads `dir`/config.json; eos_token_id from generation_config.json where that has one.
HfConfig LoadHfConfig(const std::string& dir);

// The contents of config.json, with its values checked as when reading.
std::string HfConfigJson(const HfConfig& config);
// The contents of generation_config.json: which tokens begin, end and pad.
std::string HfGenerationConfigJson(const HfConfig& config);

// Writes both files into `dir`.
void SaveHfConfig(const HfConfig& config, const std::string& dir);

}  // namespace r1
