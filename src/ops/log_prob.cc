#include "ops/log_prob.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

constexpr int64_t kLogitFloats = int64_t{1} << 20;  // 4 MB of logits at a time

int64_t RowGrain(int64_t vocab) { return std::max<int64_t>(1, 8192 / vocab); }

// The head as the right-hand side of logits = hidden head^T, in scratch: see Parameter::PackedForward.
PackedMatrix PackHead(ExecContext& ctx, const Parameter& head) {
  PackedMatrix packed;
  packed.Pack(ctx.kernels, ctx.pool, head.gemm_type, head.shape[1], head.shape[0], head.value.f32(), 1, head.shape[1]);
  return packed;
}

// `logits`: of all rows if they are one chunk, or undefined; overwritten.
void Backward(ExecContext& ctx, Tape& tape, const Tensor& hidden, Parameter& head, const std::vector<int32_t>& targets,
              float inv_temperature, const Tensor& lse, Tensor logits, const Tensor& d_logprobs) {
  const int64_t n = hidden.dim(0), d = hidden.dim(1), vocab = head.shape[0], chunk = LogitChunkRows(vocab);
  Tensor d_hidden = Tensor::Empty(ctx.allocator, hidden.shape());
  const bool again = !logits.defined();
  if (again) logits = Tensor::Empty(ctx.allocator, {std::min(n, chunk), vocab});
  const PackedMatrix forward = again ? PackHead(ctx, head) : PackedMatrix();
  PackedMatrix backward;
  backward.Pack(ctx.kernels, ctx.pool, head.gemm_type, vocab, d, head.value.f32(), d, 1);
  for (int64_t row = 0, next; row < n; row = next) {
    next = n - row <= chunk ? n : tape.targets().Cut(row, row + chunk);
    const int64_t rows = next - row;
    if (again) Gemm(ctx.kernels, ctx.pool, rows, hidden.f32() + row * d, d, 1, forward, logits.f32(), vocab);
    ctx.pool.For(rows, RowGrain(vocab),
                 [&, out = logits.f32(), l = lse.f32() + row, g = d_logprobs.f32() + row](int64_t begin, int64_t end) {
                   ctx.kernels.log_prob_backward(end - begin, vocab, out + begin * vocab, vocab, targets.data() + row + begin,
                                                 inv_temperature, l + begin, g + begin);
                 });
    Gemm(ctx.kernels, ctx.pool, rows, logits.f32(), vocab, 1, backward, d_hidden.f32() + row * d, d);
    if (head.grad.defined())
      GemmTransposed(ctx.kernels, ctx.pool, head.gemm_type, rows, vocab, d, logits.f32(), vocab, hidden.f32() + row * d, d,
                     head.grad.f32(), d, /*accumulate=*/true, tape.targets().Ends(row, next));
  }
  tape.AddGrad(ctx, hidden.id(), std::move(d_hidden));
}

}  // namespace

int64_t LogitChunkRows(int64_t vocab) { return std::max(kBf16Block, kLogitFloats / vocab); }

LogProbs TokenLogProbs(ExecContext& ctx, const Tensor& hidden, Parameter& head, std::span<const int32_t> targets,
                       float inv_temperature, bool with_entropy) {
  const int64_t n = hidden.dim(0), d = hidden.dim(1), vocab = head.shape[0], chunk = LogitChunkRows(vocab);
  Require(head.shape[1] == d, "log_prob: head must be [V, ", d, "], got ", head.shape);
  Require(static_cast<int64_t>(targets.size()) == n, "log_prob: ", n, " targets expected, got ", targets.size());
  for (int32_t t : targets) Require(t >= 0 && t < vocab, "log_prob: token id must be in 0..", vocab - 1, ", got ", t);
  LogProbs result;
  result.logprobs = Tensor::Empty(ctx.allocator, {n});
  if (with_entropy) result.entropy = Tensor::Empty(ctx.allocator, {n});
  Tensor lse = Tensor::Empty(ctx.allocator, {n});
  Tensor logits = Tensor::Empty(ctx.allocator, {std::min(n, chunk), vocab});
  if (ctx.tape) head.RequireTrainable();
  const PackedMatrix packed = ctx.tape ? PackHead(ctx, head) : PackedMatrix();
  for (int64_t row = 0; row < n; row += chunk) {
    const int64_t rows = std::min(chunk, n - row);
    if (ctx.tape)
      Gemm(ctx.kernels, ctx.pool, rows, hidden.f32() + row * d, d, 1, packed, logits.f32(), vocab);
    else
      head.Multiply(ctx, rows, hidden.f32() + row * d, logits.f32());
    float* entropy = with_entropy ? result.entropy.f32() + row : nullptr;
    ctx.pool.For(rows, RowGrain(vocab),
                 [&, in = logits.f32(), lp = result.logprobs.f32() + row, l = lse.f32() + row](int64_t begin, int64_t end) {
                   ctx.kernels.log_prob(end - begin, vocab, in + begin * vocab, vocab, targets.data() + row + begin,
                                        inv_temperature, lp + begin, l + begin, entropy ? entropy + begin : nullptr);
                 });
  }
  if (ctx.tape) {
    if (n > chunk) logits = Tensor();  // the last chunk's only
    ctx.tape->Record([ctx, hidden, lse, logits, &head, kept = std::vector<int32_t>(targets.begin(), targets.end()), inv_temperature,
                      id = result.logprobs.id()](Tape& tape) mutable {
      Tensor g = tape.TakeGrad(id);
      if (g.defined()) Backward(ctx, tape, hidden, head, kept, inv_temperature, lse, std::move(logits), g);
    });
  }
  return result;
}

}  // namespace r1::ops
