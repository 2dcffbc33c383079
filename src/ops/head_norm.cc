#include "ops/head_norm.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

// Heads that share a weight: `count` of them from `first`, in every row.
struct HeadRange {
  int64_t first, count;
  Parameter* weight;
};

}  // namespace

Tensor HeadNorm(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, Parameter& q_weight, Parameter& k_weight,
                float eps) {
  Require(qkv.rank() == 2 && qkv.dim(1) == shape.qkv_width(), "head_norm: qkv must be [N, ", shape.qkv_width(), "], got ",
          qkv.shape());
  for (const Parameter* weight : {&q_weight, &k_weight})
    Require(weight->value.shape() == Shape{shape.head_dim}, "head_norm: weight ", weight->name, " must be [", shape.head_dim,
            "], got ", weight->value.shape());
  const int64_t n = qkv.dim(0), width = shape.qkv_width(), dh = shape.head_dim, heads = shape.num_heads + shape.num_kv_heads;
  const int64_t grain = std::max<int64_t>(1, 16384 / width);
  const HeadRange ranges[] = {{0, shape.num_heads, &q_weight}, {shape.num_heads, shape.num_kv_heads, &k_weight}};
  Tensor y = Tensor::Empty(ctx.allocator, qkv.shape());
  Tensor rstd;
  if (ctx.tape) rstd = Tensor::Empty(ctx.allocator, {n, heads});
  ctx.pool.For(n, grain, [&, x = qkv.f32(), out = y.f32(), r = ctx.tape ? rstd.f32() : nullptr](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      for (const HeadRange& range : ranges) {
        const int64_t at = row * width + range.first * dh;
        ctx.kernels.rms_norm(range.count, dh, x + at, range.weight->value.f32(), eps, out + at,
                             r ? r + row * heads + range.first : nullptr);
      }
      const int64_t values = row * width + heads * dh;
      std::memcpy(out + values, x + values, static_cast<size_t>(width - heads * dh) * sizeof(float));
    }
  });
  if (ctx.tape) {
    ctx.tape->Record([ctx, qkv, rstd, ranges = std::to_array(ranges), y_id = y.id(), n, width, dh, heads,
                      grain](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      if (!dy.defined()) return;
      const float *x = qkv.f32(), *r = rstd.f32(), *g = dy.f32();
      for (const HeadRange& range : ranges) {
        if (!range.weight->grad.defined()) continue;
        ctx.pool.For(dh, 16, [&, dw = range.weight->grad.f32()](int64_t begin, int64_t end) {
          for (int64_t row = 0; row < n; ++row) {
            const int64_t at = row * width + range.first * dh;
            ctx.kernels.rms_norm_backward_weight(range.count, dh, begin, end, x + at, r + row * heads + range.first, g + at, dw);
          }
        });
      }
      Tensor dx = Tensor::Empty(ctx.allocator, qkv.shape());
      ctx.pool.For(n, grain, [&, out = dx.f32()](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          for (const HeadRange& range : ranges) {
            const int64_t at = row * width + range.first * dh;
            ctx.kernels.rms_norm_backward(range.count, dh, x + at, range.weight->value.f32(), r + row * heads + range.first, g + at,
                                          out + at,
                                          /*accumulate=*/false);
          }
          const int64_t values = row * width + heads * dh;
          std::memcpy(out + values, g + values, static_cast<size_t>(width - heads * dh) * sizeof(float));
        }
      });
      tape.AddGrad(ctx, qkv.id(), std::move(dx));
    });
  }
  return y;
}

}  // namespace r1::ops
