#include "ops/linear.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

constexpr int64_t kColumnGrain = 32;  // columns a thread takes at least when work is split over columns

// dweight += dy^T x, db += sum of dy's rows, dx = dy weight.
void LinearBackward(ExecContext& ctx, Tape& tape, const Tensor& x, Parameter& weight, Parameter* bias, const Tensor& dy) {
  const int64_t n = x.dim(0), in = weight.value.dim(1), out = weight.value.dim(0);
  if (weight.grad.defined())
    GemmTransposed(ctx.kernels, ctx.pool, weight.gemm_type, n, out, in, dy.f32(), out, x.f32(), in, weight.grad.f32(), in,
                   /*accumulate=*/true, tape.rows().Ends(0, n));
  if (bias && bias->grad.defined()) {
    ctx.pool.For(out, kColumnGrain, [&, g = dy.f32(), sum = bias->grad.f32()](int64_t begin, int64_t end) {
      ctx.kernels.column_sum(n, out, begin, end, g, sum);
    });
  }
  Tensor dx = Tensor::Empty(ctx.allocator, x.shape());
  PackedMatrix packed;
  packed.Pack(ctx.kernels, ctx.pool, weight.gemm_type, out, in, weight.value.f32(), in, 1);
  Gemm(ctx.kernels, ctx.pool, n, dy.f32(), out, 1, packed, dx.f32(), in);
  tape.AddGrad(ctx, x.id(), std::move(dx));
}

}  // namespace

Tensor Linear(ExecContext& ctx, const Tensor& x, Parameter& weight, Parameter* bias) {
  Require(weight.shape.rank() == 2 && x.rank() == 2 && x.dim(1) == weight.shape[1], "linear: x must be [N, ",
          weight.shape.rank() == 2 ? weight.shape[1] : -1, "] for weight ", weight.name, " ", weight.shape, ", got ", x.shape());
  const int64_t n = x.dim(0), in = weight.shape[1], out = weight.shape[0];
  Require(!bias || bias->value.shape() == Shape{out}, "linear: bias must be [", out, "]");
  Tensor y = Tensor::Empty(ctx.allocator, {n, out});
  if (ctx.tape) {
    weight.RequireTrainable();
    PackedMatrix packed;  // scratch: see Parameter::PackedForward
    packed.Pack(ctx.kernels, ctx.pool, weight.gemm_type, in, out, weight.value.f32(), 1, in);
    Gemm(ctx.kernels, ctx.pool, n, x.f32(), in, 1, packed, y.f32(), out);
  } else {
    weight.Multiply(ctx, n, x.f32(), y.f32());
  }
  if (bias) {
    ctx.pool.For(n, std::max<int64_t>(1, 16384 / out), [&, b = bias->value.f32(), ys = y.f32()](int64_t begin, int64_t end) {
      ctx.kernels.add_bias(end - begin, out, b, ys + begin * out);
    });
  }
  if (ctx.tape) {
    ctx.tape->Record([ctx, x, &weight, bias, y_id = y.id()](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      if (dy.defined()) LinearBackward(ctx, tape, x, weight, bias, dy);
    });
  }
  return y;
}

Tensor Embedding(ExecContext& ctx, Parameter& table, std::span<const int32_t> ids) {
  const int64_t n = static_cast<int64_t>(ids.size()), vocab = table.shape[0], d = table.shape[1];
  for (int32_t id : ids) Require(id >= 0 && id < vocab, "embedding: token id must be in 0..", vocab - 1, ", got ", id);
  Tensor y = Tensor::Empty(ctx.allocator, {n, d});
  if (table.stored) {
    if (ctx.tape) table.RequireTrainable();
    table.stored->LookUp(ctx, ids, y.f32());
    return y;
  }
  ctx.pool.For(n, 64, [&, rows = table.value.f32(), ys = y.f32()](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      std::memcpy(ys + i * d, rows + ids[static_cast<size_t>(i)] * d, static_cast<size_t>(d) * sizeof(float));
  });
  if (ctx.tape) {
    ctx.tape->Record([ctx, &table, kept = std::vector<int32_t>(ids.begin(), ids.end()), y_id = y.id(), n, d](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      Tensor& grad = table.embedding_grad.defined() ? table.embedding_grad : table.grad;
      if (!dy.defined() || !grad.defined()) return;
      ctx.pool.For(d, kColumnGrain, [&, g = dy.f32(), rows = grad.f32()](int64_t begin, int64_t end) {
        ctx.kernels.embedding_backward(n, d, begin, end, kept.data(), g, rows);
      });
    });
  }
  return y;
}

Tensor GatherRows(ExecContext& ctx, const Tensor& x, std::span<const int32_t> rows) {
  const int64_t n = static_cast<int64_t>(rows.size()), d = x.dim(1);
  for (int32_t row : rows) Require(row >= 0 && row < x.dim(0), "gather_rows: row must be in 0..", x.dim(0) - 1, ", got ", row);
  const auto is_own_place = [&, i = 0](int32_t row) mutable { return row == i++; };
  if (n == x.dim(0) && std::all_of(rows.begin(), rows.end(), is_own_place)) return x;
  Tensor y = Tensor::Empty(ctx.allocator, {n, d});
  ctx.pool.For(n, 64, [&, xs = x.f32(), ys = y.f32()](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      std::memcpy(ys + i * d, xs + rows[static_cast<size_t>(i)] * d, static_cast<size_t>(d) * sizeof(float));
  });
  if (ctx.tape) {
    ctx.tape->Record([ctx, x_id = x.id(), shape = x.shape(), kept = std::vector<int32_t>(rows.begin(), rows.end()), y_id = y.id(),
                      n, d](Tape& tape) mutable {
      Tensor dy = tape.TakeGrad(y_id);
      if (!dy.defined()) return;
      Tensor dx = Tensor::Zeros(ctx.allocator, shape);
      ctx.pool.For(d, kColumnGrain, [&, g = dy.f32(), out = dx.f32()](int64_t begin, int64_t end) {
        ctx.kernels.embedding_backward(n, d, begin, end, kept.data(), g, out);
      });
      tape.AddGrad(ctx, x_id, std::move(dx));
    });
  }
  return y;
}

}  // namespace r1::ops
