#include "ops/norm.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ops/tape.h"

namespace r1::ops {

Tensor RmsNorm(ExecContext& ctx, const Tensor& x, Parameter& weight, float eps) {
  Require(x.rank() == 2 && weight.value.shape() == Shape{x.dim(1)}, "rms_norm: weight ", weight.name, " must be [", x.dim(-1),
          "], got ", weight.value.shape());
  const int64_t n = x.dim(0), d = x.dim(1);
  const int64_t grain = std::max<int64_t>(1, 16384 / d);
  Tensor y = Tensor::Empty(ctx.allocator, x.shape());
  Tensor rstd;
  if (ctx.tape) rstd = Tensor::Empty(ctx.allocator, {n});
  ctx.pool.For(
      n, grain,
      [&, xs = x.f32(), w = weight.value.f32(), ys = y.f32(), r = ctx.tape ? rstd.f32() : nullptr](int64_t begin, int64_t end) {
        ctx.kernels.rms_norm(end - begin, d, xs + begin * d, w, eps, ys + begin * d, r ? r + begin : nullptr);
      });
  if (ctx.tape) {
    ctx.tape->Record([ctx, x, rstd, &weight, y_id = y.id(), n, d, grain](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      if (!dy.defined()) return;
      const float *xs = x.f32(), *r = rstd.f32(), *g = dy.f32(), *w = weight.value.f32();
      if (weight.grad.defined()) {
        // As few parts as there are threads: a row's columns lie side by side.
        const int64_t columns = std::max<int64_t>(16, (d + ctx.pool.num_threads() - 1) / ctx.pool.num_threads());
        ctx.pool.For(d, columns, [&, dw = weight.grad.f32()](int64_t begin, int64_t end) {
          ctx.kernels.rms_norm_backward_weight(n, d, begin, end, xs, r, g, dw);
        });
      }
      // The residual stream's gradient usually waits under x already: continue it in place instead of adding a second tensor.
      Tensor dx = tape.TakeGrad(x.id());
      const bool accumulate = dx.defined() && dx.use_count() == 1;
      Tensor out = accumulate ? dx : Tensor::Empty(ctx.allocator, x.shape());
      ctx.pool.For(n, grain, [&, o = out.f32()](int64_t begin, int64_t end) {
        ctx.kernels.rms_norm_backward(end - begin, d, xs + begin * d, w, r + begin, g + begin * d, o + begin * d, accumulate);
      });
      if (dx.defined() && !accumulate) tape.AddGrad(ctx, x.id(), std::move(dx));
      tape.AddGrad(ctx, x.id(), std::move(out));
    });
  }
  return y;
}

}  // namespace r1::ops
