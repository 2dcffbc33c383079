#include "ops/attention.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ops/attention_forward.h"
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

// Work is split over (family, key/value head): all queries that add to a key's gradient are in one family and are taken in one
// order.
Tensor AttentionBackward(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse, const AttentionShape& shape,
                         const AttentionPlan& plan, float scale, const Tensor& d_out) {
  const int64_t width = shape.qkv_width(), group = shape.num_heads / shape.num_kv_heads, dh = shape.head_dim,
                o_width = shape.num_heads * dh;
  Tensor dqkv = Tensor::Zeros(ctx.allocator, qkv.shape());
  const float *q = qkv.f32(), *o = out.f32(), *g = d_out.f32(), *l = lse.f32();
  const float *k = q + shape.num_heads * dh, *v = k + shape.num_kv_heads * dh;
  float *dq = dqkv.f32(), *dk = dq + shape.num_heads * dh, *dv = dk + shape.num_kv_heads * dh;
  ctx.pool.For(static_cast<int64_t>(plan.families.size()) * shape.num_kv_heads, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> scratch;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t h = i % shape.num_kv_heads;
      for (int32_t member : plan.families[static_cast<size_t>(i / shape.num_kv_heads)]) {
        const AttentionPlan::Sequence& s = plan.sequences[static_cast<size_t>(member)];
        const int64_t row = s.query_start, head = h * group * dh;
        scratch.resize(std::max(scratch.size(), static_cast<size_t>(ctx.kernels.attention_backward_scratch(
                                                    s.num_queries, group, dh, s.first_position + s.num_queries))));
        ctx.kernels.attention_backward(s.num_queries, group, dh, q + row * width + head, width, o + row * o_width + head,
                                       g + row * o_width + head, o_width, l + row * shape.num_heads + h * group, shape.num_heads,
                                       k + h * dh, v + h * dh, width, plan.key_rows.data() + s.key_rows_start, s.first_position,
                                       scale, scratch.data(), dq + row * width + head, width, dk + h * dh, dv + h * dh, width);
      }
    }
  });
  return dqkv;
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
  KvLayer temporary;
  if (!cache) {
    temporary = KvLayer::Make(ctx.allocator, type, plan->num_blocks, shape.num_kv_heads, shape.head_dim);
    cache = &temporary;
  }
  StoreKeysAndValues(ctx, qkv, shape, *plan, *cache);
  Tensor out = Tensor::Empty(ctx.allocator, {plan->num_tokens, shape.num_heads * shape.head_dim});
  Tensor lse;
  if (ctx.tape) lse = Tensor::Empty(ctx.allocator, {plan->num_tokens, shape.num_heads});
  AttentionForward(ctx, qkv, shape, *plan, scale, *cache, out, ctx.tape ? &lse : nullptr);
  if (ctx.tape) {
    ctx.tape->Record([ctx, qkv, out, lse, shape, plan, scale](Tape& tape) mutable {
      Tensor d_out = tape.TakeGrad(out.id());
      if (d_out.defined()) tape.AddGrad(ctx, qkv.id(), AttentionBackward(ctx, qkv, out, lse, shape, *plan, scale, d_out));
    });
  }
  return out;
}

}  // namespace r1::ops
