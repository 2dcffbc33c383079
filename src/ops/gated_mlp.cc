#include "ops/gated_mlp.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "kernels/gemm_plan.h"
#include "ops/elementwise.h"
#include "ops/linear.h"
#include "ops/scratch_tasks.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

constexpr int64_t kBetween = 128 << 10;  // floats of gate, up and their product in one block: 512 KB
constexpr int64_t kFewestRows = 48;      // of a block: fewer would read the weights too often
constexpr int64_t kFusedRows = 256;      // from which blocks of rows keep every thread busy
constexpr int64_t kSpan = 512 << 10;     // floats of the same three between two looks at the weights' gradients: 2 MB

struct Widths {
  int64_t n, d, f;
};

static_assert(kSpan / kBetween * kFewestRows >= 2 * kBf16Block, "spans of equal length, of which each can be cut after a block");

bool TooWideForBlocks(int64_t f) { return kBetween / (3 * f) < kFewestRows; }

// Calls body(pool, rows, scratch) for blocks of rows that are together `all`: on this thread alone, several at a time, with
// `floats` floats of scratch for each row; or, where f is too wide for that, once for all rows, with the whole pool.
template <class Body>
void EachBlock(ExecContext& ctx, const Widths& w, Range all, int64_t floats, Body body) {
  if (TooWideForBlocks(w.f)) {
    Tensor scratch = Tensor::Empty(ctx.allocator, {all.size(), floats});
    body(ctx.pool, all, scratch.f32());
    return;
  }
  const int64_t most = RoundUp(kBetween / (3 * w.f), ctx.kernels.tile_rows);
  const int64_t blocks = RoundUp(CeilDiv(all.size(), most), ctx.pool.num_threads());
  ForEachTask(ctx, blocks, most * floats, [&](int64_t i, float* scratch) {
    ThreadPool alone(1);
    const Range rows = Share(all.size(), 1, blocks, i);  // to the row: no thread waits for another's longer blocks
    if (rows.size() > 0) body(alone, Range{all.begin + rows.begin, all.begin + rows.end}, scratch);
  });
}

template <class Body>
void EachRow(ThreadPool& pool, int64_t rows, int64_t f, Body body) {
  pool.For(rows, std::max<int64_t>(1, 4096 / f), body);
}

PackedMatrix PackForward(ExecContext& ctx, const Parameter& weight) {
  PackedMatrix packed;  // scratch: see Parameter::PackedForward
  packed.Pack(ctx.kernels, ctx.pool, weight.gemm_type, weight.shape[1], weight.shape[0], weight.value.f32(), 1, weight.shape[1]);
  return packed;
}
PackedMatrix PackBackward(ExecContext& ctx, const Parameter& weight) {
  PackedMatrix packed;
  packed.Pack(ctx.kernels, ctx.pool, weight.gemm_type, weight.shape[0], weight.shape[1], weight.value.f32(), weight.shape[1], 1);
  return packed;
}

// between: [N, 2F], kept for the gradient, or undefined.
void Forward(ExecContext& ctx, const Widths& w, const Tensor& x, const Parameter& gate_up, const Parameter& down, Tensor& between,
             Tensor& y) {
  const PackedMatrix first = PackForward(ctx, gate_up), second = PackForward(ctx, down);
  const bool keep = between.defined();
  EachBlock(ctx, w, {0, w.n}, keep ? w.f : 3 * w.f, [&](ThreadPool& pool, Range rows, float* scratch) {
    const int64_t m = rows.size(), f = w.f;
    float* product = scratch;
    float* gu = keep ? between.f32() + rows.begin * 2 * f : scratch + m * f;
    Gemm(ctx.kernels, pool, m, x.f32() + rows.begin * w.d, w.d, 1, first, gu, 2 * f);
    EachRow(pool, m, f,
            [&](int64_t begin, int64_t end) { ctx.kernels.swiglu(end - begin, f, gu + begin * 2 * f, product + begin * f); });
    Gemm(ctx.kernels, pool, m, product, f, 1, second, y.f32() + rows.begin * w.d, w.d);
  });
}

// Overwrites `between` with the gradient of gate and up, a span of rows at a time, from which the gradients of the weights go on
// while it is near.
void Backward(ExecContext& ctx, Tape& tape, const Widths& w, const Tensor& x, Parameter& gate_up, Parameter& down, Tensor& between,
              const Tensor& dy) {
  const int64_t d = w.d, f = w.f, longest = std::clamp<int64_t>(GatedMlpSpan(f), 1, std::max<int64_t>(1, w.n));
  const int64_t span = CeilDiv(w.n, std::max<int64_t>(1, CeilDiv(w.n, longest)));  // as long as each other
  Tensor product = Tensor::Empty(ctx.allocator, {span, f}), dx = Tensor::Empty(ctx.allocator, x.shape());
  const PackedMatrix first = PackBackward(ctx, down), second = PackBackward(ctx, gate_up);
  for (int64_t begin = 0, next; begin < w.n; begin = next) {
    next = w.n - begin <= span ? w.n : tape.rows().Cut(begin, begin + span);
    const Range all = {begin, next};
    const std::vector<int64_t> segment_ends = tape.rows().Ends(begin, next);
    const float* dys = dy.f32() + begin * d;
    float* gate_ups = between.f32() + begin * 2 * f;
    EachBlock(ctx, w, all, 0, [&](ThreadPool& pool, Range rows, float*) {
      const int64_t m = rows.size(), at = rows.begin - begin;
      float *h = product.f32() + at * f, *gu = gate_ups + at * 2 * f;
      Gemm(ctx.kernels, pool, m, dys + at * d, d, 1, first, h, f);  // its gradient, until the product is made anew
      EachRow(pool, m, f, [&](int64_t row, int64_t end) {
        ctx.kernels.swiglu_backward(end - row, f, gu + row * 2 * f, h + row * f, gu + row * 2 * f, h + row * f);
      });
      Gemm(ctx.kernels, pool, m, gu, 2 * f, 1, second, dx.f32() + rows.begin * d, d);
    });
    if (down.grad.defined())
      GemmTransposed(ctx.kernels, ctx.pool, down.gemm_type, all.size(), d, f, dys, d, product.f32(), f, down.grad.f32(), f,
                     /*accumulate=*/true, segment_ends);
    if (gate_up.grad.defined())
      GemmTransposed(ctx.kernels, ctx.pool, gate_up.gemm_type, all.size(), 2 * f, d, gate_ups, 2 * f, x.f32() + begin * d, d,
                     gate_up.grad.f32(), d, /*accumulate=*/true, segment_ends);
  }
  tape.AddGrad(ctx, x.id(), std::move(dx));
}

}  // namespace

int64_t GatedMlpSpan(int64_t f) { return TooWideForBlocks(f) ? INT64_MAX : kSpan / (3 * f); }

Tensor GatedMlp(ExecContext& ctx, const Tensor& x, Parameter& gate_up, Parameter& down) {
  Require(gate_up.shape.rank() == 2 && x.rank() == 2 && x.dim(1) == gate_up.shape[1] &&
              down.shape == Shape{gate_up.shape[1], gate_up.shape[0] / 2},
          "gated_mlp: weights ", gate_up.name, " ", gate_up.shape, " and ", down.name, " ", down.shape, " do not fit input ",
          x.shape());
  const Widths w = {x.dim(0), x.dim(1), down.shape[1]};
  if (!ctx.tape && (w.n < kFusedRows || gate_up.stored || down.stored))
    return Linear(ctx, SwiGlu(ctx, Linear(ctx, x, gate_up)), down);
  Tensor y = Tensor::Empty(ctx.allocator, x.shape()), between;
  if (ctx.tape) {
    gate_up.RequireTrainable();
    down.RequireTrainable();
    between = Tensor::Empty(ctx.allocator, {w.n, 2 * w.f});
  }
  Forward(ctx, w, x, gate_up, down, between, y);
  if (ctx.tape) {
    ctx.tape->Record([ctx, w, x, between, &gate_up, &down, y_id = y.id()](Tape& tape) mutable {
      const Tensor dy = tape.TakeGrad(y_id);
      if (dy.defined()) Backward(ctx, tape, w, x, gate_up, down, between, dy);
    });
  }
  return y;
}

}  // namespace r1::ops
