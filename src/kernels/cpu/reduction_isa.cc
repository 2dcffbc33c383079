// Sums: along a row in sixteen lanes, or down a column as one chain.
#include "kernels/cpu/groups.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"
#include "kernels/log.h"

namespace r1::R1_ISA {
namespace {

float SumSquares(int64_t n, const float* x) {
  V sum = Zero();
  EachGroup(0, n, [&](int64_t i, auto lanes) {
    const V v = Load(x + i, lanes);
    sum = Fma(v, v, sum);
  });
  return Sum(sum);
}

void RmsNorm(int64_t rows, int64_t d, const float* x, const float* weight, float eps, float* y, float* rstd) {
  for (int64_t r = 0; r < rows; ++r, x += d, y += d) {
    const float scale = 1.0f / __builtin_sqrtf(SumSquares(d, x) / static_cast<float>(d) + eps);
    EachGroup(0, d, [&](int64_t i, auto lanes) {
      Store(y + i, Mul(Mul(Load(x + i, lanes), Set1(scale)), Load(weight + i, lanes)), lanes);
    });
    if (rstd != nullptr) rstd[r] = scale;
  }
}

void RmsNormBackward(int64_t rows, int64_t d, const float* x, const float* weight, const float* rstd, const float* dy, float* dx,
                     bool accumulate) {
  for (int64_t r = 0; r < rows; ++r, x += d, dy += d, dx += d) {
    const V scale = Set1(rstd[r]);
    V sum = Zero();
    EachGroup(0, d, [&](int64_t i, auto lanes) {
      sum = Fma(Mul(Load(dy + i, lanes), Load(weight + i, lanes)), Mul(Load(x + i, lanes), scale), sum);
    });
    const V minus_mean = Set1(-(Sum(sum) / static_cast<float>(d)));
    EachGroup(0, d, [&](int64_t i, auto lanes) {
      const V g = Mul(Load(dy + i, lanes), Load(weight + i, lanes));
      const V gradient = Mul(Fma(minus_mean, Mul(Load(x + i, lanes), scale), g), scale);
      Store(dx + i, accumulate ? Add(Load(dx + i, lanes), gradient) : gradient, lanes);
    });
  }
}

// Columns in strips of kStrip vectors, whose sums stay in registers while the rows go by.
constexpr int kStrip = 4;

// sum[i] = add(sum[i], r * d + i) over the rows; add(sum, index, lanes) takes the sixteen columns from x[index] on.
template <class AddRow>
R1_INLINE void DownColumns(int64_t rows, int64_t d, int64_t begin, int64_t end, float* out, AddRow add) {
  int64_t i = begin;
  for (; i + 16 * kStrip <= end; i += 16 * kStrip) {
    V sum[kStrip];
    R1_UNROLL for (int j = 0; j < kStrip; ++j) sum[j] = Load(out + i + 16 * j);
    for (int64_t r = 0; r < rows; ++r)
      R1_UNROLL for (int j = 0; j < kStrip; ++j) sum[j] = add(sum[j], r, r * d + i + 16 * j, Whole{});
    R1_UNROLL for (int j = 0; j < kStrip; ++j) Store(out + i + 16 * j, sum[j]);
  }
  EachGroup(i, end, [&](int64_t column, auto lanes) {
    V sum = Load(out + column, lanes);
    for (int64_t r = 0; r < rows; ++r) sum = add(sum, r, r * d + column, lanes);
    Store(out + column, sum, lanes);
  });
}

void RmsNormBackwardWeight(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, const float* rstd, const float* dy,
                           float* dweight) {
  DownColumns(rows, d, begin, end, dweight, [&](V sum, int64_t r, int64_t at, auto lanes) {
    return Fma(Load(dy + at, lanes), Mul(Load(x + at, lanes), Set1(rstd[r])), sum);
  });
}

void ColumnSum(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, float* sum) {
  DownColumns(rows, d, begin, end, sum, [&](V s, int64_t, int64_t at, auto lanes) { return Add(s, Load(x + at, lanes)); });
}

void EmbeddingBackward(int64_t rows, int64_t d, int64_t begin, int64_t end, const int32_t* ids, const float* dy, float* dtable) {
  for (int64_t r = 0; r < rows; ++r) {
    float* out = dtable + ids[r] * d;
    EachGroup(begin, end,
              [&](int64_t i, auto lanes) { Store(out + i, Add(Load(out + i, lanes), Load(dy + r * d + i, lanes)), lanes); });
  }
}

void LogProb(int64_t rows, int64_t vocab, const float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
             float* logprob, float* lse, float* entropy) {
  const V scale = Set1(inv_temperature), lowest = Set1(-__builtin_inff());
  for (int64_t r = 0; r < rows; ++r, logits += stride) {
    V lane_max = lowest;
    EachGroup(0, vocab,
              [&](int64_t i, auto lanes) { lane_max = Max(lane_max, Only(Mul(Load(logits + i, lanes), scale), lanes, lowest)); });
    const float max = Maximum(lane_max);
    V sum = Zero(), dot = Zero();
    if (entropy == nullptr)
      EachGroup(0, vocab, [&](int64_t i, auto lanes) {
        sum = Add(sum, Only(Exp(Sub(Mul(Load(logits + i, lanes), scale), Set1(max))), lanes, Zero()));
      });
    else
      EachGroup(0, vocab, [&](int64_t i, auto lanes) {
        const V shifted = Only(Sub(Mul(Load(logits + i, lanes), scale), Set1(max)), lanes, Zero());
        const V weight = Only(Exp(shifted), lanes, Zero());
        sum = Add(sum, weight);
        dot = Fma(weight, shifted, dot);
      });
    const float total = Sum(sum), log_total = Log(total);
    lse[r] = max + log_total;
    logprob[r] = logits[targets[r]] * inv_temperature - lse[r];
    if (entropy != nullptr) entropy[r] = log_total - Sum(dot) / total;
  }
}

void LogProbBackward(int64_t rows, int64_t vocab, float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
                     const float* lse, const float* dlogprob) {
  for (int64_t r = 0; r < rows; ++r, logits += stride) {
    const V temperature = Set1(inv_temperature), shift = Set1(lse[r]), scale = Set1(dlogprob[r] * inv_temperature);
    const auto gradient = [&](V logit, float hit) { return Mul(scale, Sub(Set1(hit), Exp(Sub(Mul(logit, temperature), shift)))); };
    const V target = gradient(Set1(logits[targets[r]]), 1.0f);
    EachGroup(0, vocab, [&](int64_t i, auto lanes) { Store(logits + i, gradient(Load(logits + i, lanes), 0.0f), lanes); });
    StoreFirst(logits + targets[r], target, 1);
  }
}

}  // namespace

const KernelTable kReductionTable = {
    .rms_norm = RmsNorm,
    .rms_norm_backward = RmsNormBackward,
    .rms_norm_backward_weight = RmsNormBackwardWeight,
    .embedding_backward = EmbeddingBackward,
    .column_sum = ColumnSum,
    .log_prob = LogProb,
    .log_prob_backward = LogProbBackward,
    .sum_squares = SumSquares,
};

}  // namespace r1::R1_ISA
