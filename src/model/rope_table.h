// cos and sin of the rotary embedding for every position, computed once when a model is built.
#pragma once

#include "model/model_config.h"
#include "tensor/tensor.h"

namespace r1 {

struct RopeTable {
  Tensor cos, sin;  // [max_position_embeddings, head_dim / 2]
};

// Angles are products of f32 position and f32 inverse frequency theta^(-2i / head_dim), as in Hugging Face transformers.
RopeTable MakeRopeTable(Allocator& allocator, const ModelConfig& config);

}  // namespace r1
