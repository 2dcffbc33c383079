// Rotary embedding and attention on the fused projection: qkv [N, (H + 2 Hkv) Dh], queries first, then keys, then values.
#pragma once

#include "ops/attention_layout.h"
#include "ops/exec_context.h"
#include "tensor/tensor.h"

namespace r1::ops {

struct AttentionShape {
  int64_t num_heads, num_kv_heads, head_dim;
  int64_t qkv_width() const { return (num_heads + 2 * num_kv_heads) * head_dim; }
};

// Keys and values of one layer: k [num_blocks, Hkv, Dh, 16], v [num_blocks, Hkv, 16, Dh], f32.
struct KvLayer {
  Tensor k, v;
};

// cos and sin: [max_position, Dh / 2]. Rotates queries and keys of qkv in place and returns it; the gradient rotates back.
// Su et al. 2021, https://arxiv.org/abs/2104.09864, in Hugging Face's "rotate half" layout.
Tensor Rope(ExecContext& ctx, Tensor qkv, const AttentionShape& shape, const Tensor& cos, const Tensor& sin,
            std::span<const int32_t> positions);

// Causal grouped-query attention. qkv after Rope; keys and values of this batch are written to the cache, or to temporary blocks of
// the same form without one, and the same kernel reads both: the trainer's attention is the engine's, to the bit. Returns [N, H
// Dh]. Differentiable without a cache. scale multiplies scores, usually Dh^-0.5.
Tensor Attention(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, std::shared_ptr<const AttentionPlan> plan,
                 float scale, KvLayer* cache = nullptr);

}  // namespace r1::ops
