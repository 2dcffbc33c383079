// The shape of a decoder-only transformer, in the words of Hugging Face's config.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/rope_scaling.h"
#include "ops/attention.h"
#include "ops/parameter.h"

namespace r1 {

struct ModelConfig {
  std::string architecture = "LlamaForCausalLM";  // architectures[0]; a row of model/registry.cc
  int64_t vocab_size = 0;
  int64_t hidden_size = 0;
  int64_t intermediate_size = 0;
  int64_t num_layers = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t head_dim = 0;
  int64_t max_position_embeddings = 0;
  float rms_norm_eps = 1e-5f;
  double rope_theta = 10000;
  std::optional<RopeScaling> rope_scaling;  // linear, llama3 or yarn
  bool tie_word_embeddings = false;
  int32_t bos_token_id = -1;            // -1: none
  std::vector<int32_t> eos_token_ids;   // each of them ends a completion
  float initializer_range = 0.02f;      // standard deviation of fresh weights
  GemmType gemm_type = GemmType::kF32;  // what products round f32 weights and their inputs to
  KvType kv_type = KvType::kF32;        // what keys and values are rounded to, in a cache or without one; training needs f32
  bool stored_weights = false;  // matrices get no f32 memory: the loader brings each as an ops::StoredWeight, for inference only

  int64_t NumParameters() const;  // of the Llama shape without biases
  // Throws kInvalidArgument naming the field, what was expected and what came.
  void Validate() const;
};

}  // namespace r1
