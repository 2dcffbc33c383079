#include "ops/attention.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ops/attention_backward.h"
#include "ops/attention_forward.h"
#include "ops/attention_rows.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

void StoreKeysAndValues(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan,
                        KvLayer& layer) {
  const int64_t width = shape.qkv_width();
  const float* k = qkv.f32() + shape.num_heads * shape.head_dim;
  const float* v = k + shape.num_kv_heads * shape.head_dim;
  uint8_t *kc = layer.k.data<uint8_t>(), *vc = layer.v.data<uint8_t>();
  ctx.pool.For(plan.num_tokens, 64, [&](int64_t begin, int64_t end) {
    ctx.kernels.store_kv(layer.type, end - begin, shape.num_kv_heads, shape.head_dim, k + begin * width, v + begin * width, width,
                         plan.slots.data() + begin, kc, vc);
  });
  for (const AttentionPlan::Copy& copy : plan.prefix_tails)
    ctx.kernels.store_kv(layer.type, 1, shape.num_kv_heads, shape.head_dim, k + copy.row * width, v + copy.row * width, width,
                         &copy.slot, kc, vc);
}

}  // namespace

Tensor Rope(ExecContext& ctx, Tensor qkv, const AttentionShape& shape, const Tensor& cos, const Tensor& sin,
            std::span<const int32_t> positions) {
  Require(qkv.rank() == 2 && qkv.dim(1) == shape.qkv_width(), "rope: qkv must be [N, ", shape.qkv_width(), "], got ", qkv.shape());
  for (int32_t p : positions) Require(p >= 0 && p < cos.dim(0), "rope: position must be in 0..", cos.dim(0) - 1, ", got ", p);
  const int64_t n = qkv.dim(0), width = shape.qkv_width(), heads = shape.num_heads + shape.num_kv_heads;
  auto rotate = [shape, n, width, heads, cos, sin](ExecContext& c, float* x, const int32_t* at, bool inverse) {
    c.pool.For(n, std::max<int64_t>(1, 8192 / width), [&](int64_t begin, int64_t end) {
      c.kernels.rope(end - begin, heads, shape.head_dim, x + begin * width, width, cos.f32(), sin.f32(), at + begin, inverse);
    });
  };
  rotate(ctx, qkv.f32(), positions.data(), false);
  if (ctx.tape) {
    ctx.tape->Record(
        [ctx, rotate, id = qkv.id(), kept = std::vector<int32_t>(positions.begin(), positions.end())](Tape& tape) mutable {
          Tensor g = tape.TakeGrad(id);
          if (!g.defined()) return;
          rotate(ctx, g.f32(), kept.data(), true);
          tape.AddGrad(ctx, id, std::move(g));
        });
  }
  return qkv;
}

KvLayer KvLayer::Make(Allocator& allocator, KvType type, int64_t num_blocks, int64_t num_kv_heads, int64_t head_dim) {
  const Shape shape = {num_blocks, num_kv_heads, KvBlockBytes(type, head_dim)};
  return {type, Tensor::Empty(allocator, shape, DType::kU8), Tensor::Empty(allocator, shape, DType::kU8)};
}

Tensor Attention(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, std::shared_ptr<const AttentionPlan> plan,
                 float scale, KvType type, KvLayer* cache) {
  Require(qkv.rank() == 2 && qkv.dim(0) == plan->num_tokens && qkv.dim(1) == shape.qkv_width(), "attention: qkv must be [",
          plan->num_tokens, ", ", shape.qkv_width(), "], got ", qkv.shape());
  Require(plan->with_cache == (cache != nullptr), "attention: a slot mapping goes with a cache, and only with one");
  Require(!cache || !ctx.tape, "attention: no gradients through a cache");
  Require(type == KvType::kF32 || !ctx.tape, "attention: gradients need keys and values in f32 (kv_dtype), got ", KvTypeName(type));
  Require(!cache || cache->type == type, "attention: the cache holds ", cache ? KvTypeName(cache->type) : "",
          " and the model computes in ", KvTypeName(type));
  Require(shape.head_dim <= kMaxHeadDim && (type == KvType::kF32 || shape.head_dim % 4 == 0),
          "attention: head_dim must be at most ", kMaxHeadDim, ", and a multiple of 4 for ", KvTypeName(type), ", got ",
          shape.head_dim);
  Tensor out = Tensor::Empty(ctx.allocator, {plan->num_tokens, shape.num_heads * shape.head_dim});
  Tensor lse = Tensor::Empty(ctx.allocator, {plan->num_tokens, shape.num_heads});
  if (!cache && type == KvType::kF32 && RowsSuit(ctx, shape, *plan)) {
    AttentionRowsForward(ctx, qkv, shape, *plan, scale, out, lse);
  } else {
    KvLayer temporary;
    if (!cache) {
      temporary = KvLayer::Make(ctx.allocator, type, plan->num_blocks, shape.num_kv_heads, shape.head_dim);
      cache = &temporary;
    }
    StoreKeysAndValues(ctx, qkv, shape, *plan, *cache);
    AttentionForward(ctx, qkv, shape, *plan, scale, *cache, out, ctx.tape ? &lse : nullptr);
  }
  if (ctx.tape) {
    ctx.tape->Record([ctx, qkv, out, lse, shape, plan, scale](Tape& tape) mutable {
      Tensor d_out = tape.TakeGrad(out.id());
      if (d_out.defined()) tape.AddGrad(ctx, qkv.id(), AttentionBackward(ctx, qkv, out, lse, shape, *plan, scale, d_out));
    });
  }
  return out;
}

}  // namespace r1::ops
