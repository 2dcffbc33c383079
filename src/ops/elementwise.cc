#include "ops/elementwise.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {
constexpr int64_t kGrain = 16384;  // elements a thread takes at least; about 2 us
}

void AddInto(ExecContext& ctx, const Tensor& x, Tensor& y) {
  const float* xs = x.f32();
  float* ys = y.f32();
  ctx.pool.For(y.numel(), kGrain,
               [&](int64_t begin, int64_t end) { ctx.kernels.add(end - begin, xs + begin, ys + begin, ys + begin); });
}

Tensor Add(ExecContext& ctx, const Tensor& a, const Tensor& b) {
  Require(a.shape() == b.shape(), "add: shapes differ: ", a.shape(), " and ", b.shape());
  Tensor y = Tensor::Empty(ctx.allocator, a.shape());
  const float *as = a.f32(), *bs = b.f32();
  float* ys = y.f32();
  ctx.pool.For(y.numel(), kGrain,
               [&](int64_t begin, int64_t end) { ctx.kernels.add(end - begin, as + begin, bs + begin, ys + begin); });
  if (ctx.tape) {
    ctx.tape->Record([ctx, a_id = a.id(), b_id = b.id(), y_id = y.id()](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      if (!dy.defined()) return;
      tape.AddGrad(ctx, a_id, dy);
      tape.AddGrad(ctx, b_id, std::move(dy));
    });
  }
  return y;
}

Tensor SwiGlu(ExecContext& ctx, const Tensor& gate_up) {
  Require(gate_up.rank() == 2 && gate_up.dim(1) % 2 == 0, "swiglu: input must be [N, 2F], got ", gate_up.shape());
  const int64_t n = gate_up.dim(0), f = gate_up.dim(1) / 2;
  Tensor y = Tensor::Empty(ctx.allocator, {n, f});
  const int64_t grain = std::max<int64_t>(1, kGrain / (4 * f));
  ctx.pool.For(n, grain, [&, x = gate_up.f32(), out = y.f32()](int64_t begin, int64_t end) {
    ctx.kernels.swiglu(end - begin, f, x + begin * 2 * f, out + begin * f);
  });
  if (ctx.tape) {
    ctx.tape->Record([ctx, gate_up, y_id = y.id(), n, f, grain](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      if (!dy.defined()) return;
      Tensor dx = Tensor::Empty(ctx.allocator, gate_up.shape());
      ctx.pool.For(n, grain, [&, x = gate_up.f32(), g = dy.f32(), out = dx.f32()](int64_t begin, int64_t end) {
        ctx.kernels.swiglu_backward(end - begin, f, x + begin * 2 * f, g + begin * f, out + begin * 2 * f, nullptr);
      });
      tape.AddGrad(ctx, gate_up.id(), std::move(dx));
    });
  }
  return y;
}

}  // namespace r1::ops
