// Rotary embedding and attention on the fused projection: qkv [N, (H + 2 Hkv) Dh], queries first, then keys, then values.
#pragma once

#include "kernels/kv_format.h"
#include "ops/attention_layout.h"
#include "ops/exec_context.h"
#include "tensor/tensor.h"

namespace r1::ops {

struct AttentionShape {
  int64_t num_heads, num_kv_heads, head_dim;
  int64_t qkv_width() const { return (num_heads + 2 * num_kv_heads) * head_dim; }
};

// Keys and values of one layer: k, v [num_blocks, Hkv, KvBlockBytes(type, Dh)] bytes, whose meaning is kernels/kv_format.h.
struct KvLayer {
  KvType type = KvType::kF32;
  Tensor k, v;

  // Uninitialized: nothing is read that was not stored, and memory that holds no token yet costs nothing.
  static KvLayer Make(Allocator& allocator, KvType type, int64_t num_blocks, int64_t num_kv_heads, int64_t head_dim);
};

// cos and sin: [max_position, Dh / 2]. Rotates queries and keys of qkv in place and returns it; the gradient rotates back.
// Su et al. 2021, https://arxiv.org/abs/2104.09864, in Hugging Face's "rotate half" layout.
Tensor Rope(ExecContext& ctx, Tensor qkv, const AttentionShape& shape, const Tensor& cos, const Tensor& sin,
            std::span<const int32_t> positions);

// Causal grouped-query attention. qkv after Rope; keys and values of this batch are written to the cache, or to temporary blocks of
// the same form without one, and the same kernel reads both. Training's short sequences are read where they lie instead
// (ops/attention_rows.h), with the same sums in the same order: the trainer's attention is the engine's, to the bit. `type` is what
// keys and values are rounded to, with a cache or without; it must be the cache's. Returns [N, H Dh]. Differentiable without a
// cache, in f32 only: a rounded key has no gradient. scale multiplies scores, usually Dh^-0.5.
Tensor Attention(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, std::shared_ptr<const AttentionPlan> plan,
                 float scale, KvType type = KvType::kF32, KvLayer* cache = nullptr);

}  // namespace r1::ops
