// Row reductions and column sums: every instruction set against the reference, bit by bit; gradients against differences in double.
#include <array>
#include <cmath>
#include <utility>

#include "kernels/test_util.h"

namespace r1 {
namespace {

using test::Buffer;
using test::ForEachTable;
using test::RandomBuffer;
using test::RandomInts;

constexpr int64_t kSizes[] = {1, 2, 7, 15, 16, 17, 31, 33, 64, 100, 129, 257};
const KernelTable& kRef = ReferenceKernels();

// Columns [0, d) in two uneven ranges, as two threads would take them.
std::array<std::pair<int64_t, int64_t>, 2> Halves(int64_t d) { return {{{0, d / 3}, {d / 3, d}}}; }

TEST(ReductionTest, SixteenLanesAndOneTree) {
  // The definition, written out for 40 elements.
  const Buffer x = RandomBuffer(40, 1);
  float lane[16];
  for (int l = 0; l < 16; ++l) {
    lane[l] = std::fma(x[l], x[l], 0.0f);
    lane[l] = std::fma(x[16 + l], x[16 + l], lane[l]);
    if (l < 8) lane[l] = std::fma(x[32 + l], x[32 + l], lane[l]);
  }
  const auto pair = [&](int l) { return lane[l] + lane[l + 8]; };
  const auto four = [&](int l) { return pair(l) + pair(l + 4); };
  const float expected = ((four(0) + four(2)) + (four(1) + four(3)));
  EXPECT_EQ(kRef.sum_squares(40, x.data()), expected);
  ForEachTable([&](const KernelTable& fast) { EXPECT_EQ(fast.sum_squares(40, x.data()), expected); });
}

TEST(ReductionTest, SumSquaresOfOddSizes) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t n : kSizes) {
      const Buffer x = RandomBuffer(n, n);
      EXPECT_EQ(fast.sum_squares(n, x.data()), kRef.sum_squares(n, x.data())) << n;
    }
  });
}

TEST(ReductionTest, RmsNormAndItsGradients) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t d : kSizes) {
      SCOPED_TRACE(d);
      const int64_t rows = 6;
      const Buffer x = RandomBuffer(rows * d, 1, 3.0f), weight = RandomBuffer(d, 2), dy = RandomBuffer(rows * d, 3);
      Buffer y(rows * d, 1), expected(rows * d, 1), rstd(rows, 1), expected_rstd(rows, 1);
      fast.rms_norm(rows, d, x.data(), weight.data(), 1e-6f, y.data(), rstd.data());
      kRef.rms_norm(rows, d, x.data(), weight.data(), 1e-6f, expected.data(), expected_rstd.data());
      EXPECT_TRUE(y == expected && rstd == expected_rstd);
      fast.rms_norm(rows, d, x.data(), weight.data(), 1e-6f, y.data(), nullptr);
      EXPECT_TRUE(y == expected && y.GuardsIntact());

      for (bool accumulate : {false, true}) {
        Buffer dx = RandomBuffer(rows * d, 4), expected_dx = dx;
        fast.rms_norm_backward(rows, d, x.data(), weight.data(), rstd.data(), dy.data(), dx.data(), accumulate);
        kRef.rms_norm_backward(rows, d, x.data(), weight.data(), rstd.data(), dy.data(), expected_dx.data(), accumulate);
        EXPECT_TRUE(dx == expected_dx && dx.GuardsIntact());
      }
      Buffer dw = RandomBuffer(d, 5), expected_dw = dw;
      for (const auto& [begin, end] : Halves(d))
        fast.rms_norm_backward_weight(rows, d, begin, end, x.data(), rstd.data(), dy.data(), dw.data());
      kRef.rms_norm_backward_weight(rows, d, 0, d, x.data(), rstd.data(), dy.data(), expected_dw.data());
      EXPECT_TRUE(dw == expected_dw && dw.GuardsIntact());
    }
  });
}

TEST(ReductionTest, RmsNormGradientsAgreeWithDifferences) {
  const int64_t d = 11;
  const double eps = 1e-3;
  const Buffer x = RandomBuffer(d, 1), weight = RandomBuffer(d, 2), dy = RandomBuffer(d, 3);
  Buffer y(d, 0), rstd(1, 0), dx(d, 0), dw(d, 0);
  for (int64_t i = 0; i < d; ++i) dw[i] = 0;
  kRef.rms_norm(1, d, x.data(), weight.data(), static_cast<float>(eps), y.data(), rstd.data());
  kRef.rms_norm_backward(1, d, x.data(), weight.data(), rstd.data(), dy.data(), dx.data(), false);
  kRef.rms_norm_backward_weight(1, d, 0, d, x.data(), rstd.data(), dy.data(), dw.data());
  const auto loss = [&](int64_t at, double dx_at, double dw_at) {
    double squares = 0, sum = 0;
    const auto x_at = [&](int64_t i) { return x[i] + (i == at ? dx_at : 0); };
    for (int64_t i = 0; i < d; ++i) squares += x_at(i) * x_at(i);
    for (int64_t i = 0; i < d; ++i) sum += dy[i] * x_at(i) / std::sqrt(squares / d + eps) * (weight[i] + (i == at ? dw_at : 0));
    return sum;
  };
  for (int64_t i = 0; i < d; ++i) {
    EXPECT_NEAR(dx[i], (loss(i, 1e-5, 0) - loss(i, -1e-5, 0)) / 2e-5, 1e-5);
    EXPECT_NEAR(dw[i], (loss(i, 0, 1e-5) - loss(i, 0, -1e-5)) / 2e-5, 1e-5);
  }
}

TEST(ReductionTest, ColumnSumsContinueTheirChains) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t d : kSizes) {
      const int64_t rows = 9, vocab = 4;
      const Buffer x = RandomBuffer(rows * d, 1);
      Buffer sum = RandomBuffer(d, 2), expected = sum;
      fast.column_sum(4, d, 0, d, x.data(), sum.data());
      for (const auto& [begin, end] : Halves(d)) fast.column_sum(rows - 4, d, begin, end, x.data() + 4 * d, sum.data());
      kRef.column_sum(rows, d, 0, d, x.data(), expected.data());
      EXPECT_TRUE(sum == expected && sum.GuardsIntact()) << d;

      const std::vector<int32_t> ids = RandomInts(rows, vocab, 3);
      Buffer table = RandomBuffer(vocab * d, 4), expected_table = table;
      for (const auto& [begin, end] : Halves(d)) fast.embedding_backward(rows, d, begin, end, ids.data(), x.data(), table.data());
      kRef.embedding_backward(rows, d, 0, d, ids.data(), x.data(), expected_table.data());
      EXPECT_TRUE(table == expected_table && table.GuardsIntact()) << d;
    }
  });
}

TEST(ReductionTest, LogProbAndItsGradient) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t vocab : {1, 2, 15, 16, 17, 33, 250, 1000}) {
      SCOPED_TRACE(vocab);
      const int64_t rows = 5, stride = vocab + 3;
      const Buffer logits = RandomBuffer(rows * stride, 1, 20.0f), dlogprob = RandomBuffer(rows, 2);
      const std::vector<int32_t> targets = RandomInts(rows, vocab, 3);
      Buffer logprob(rows, 1), lse(rows, 1), entropy(rows, 1), expected(rows, 1), expected_lse(rows, 1), expected_entropy(rows, 1);
      kRef.log_prob(rows, vocab, logits.data(), stride, targets.data(), 1.3f, expected.data(), expected_lse.data(),
                    expected_entropy.data());
      fast.log_prob(rows, vocab, logits.data(), stride, targets.data(), 1.3f, logprob.data(), lse.data(), entropy.data());
      EXPECT_TRUE(logprob == expected && lse == expected_lse && entropy == expected_entropy);
      fast.log_prob(rows, vocab, logits.data(), stride, targets.data(), 1.3f, logprob.data(), lse.data(), nullptr);
      EXPECT_TRUE(logprob == expected && lse == expected_lse);
      // Each row alone gives the same.
      for (int64_t r = 0; r < rows; ++r) {
        fast.log_prob(1, vocab, logits.data() + r * stride, stride, targets.data() + r, 1.3f, logprob.data(), lse.data(), nullptr);
        EXPECT_EQ(logprob[0], expected[r]);
      }
      Buffer gradient = logits, expected_gradient = logits;
      fast.log_prob_backward(rows, vocab, gradient.data(), stride, targets.data(), 1.3f, expected_lse.data(), dlogprob.data());
      kRef.log_prob_backward(rows, vocab, expected_gradient.data(), stride, targets.data(), 1.3f, expected_lse.data(),
                             dlogprob.data());
      EXPECT_TRUE(gradient == expected_gradient && gradient.GuardsIntact());
    }
  });
}

TEST(ReductionTest, LogProbAgreesWithDoubleAndItsGradientWithDifferences) {
  const int64_t vocab = 13;
  const float inv_temperature = 0.8f;
  const Buffer logits = RandomBuffer(vocab, 1, 4.0f);
  const int32_t target = 5;
  const auto exact = [&](int64_t changed, double by, double* entropy = nullptr) {
    double sum = 0, dot = 0;
    const auto l = [&](int64_t v) { return (logits[v] + (v == changed ? by : 0)) * static_cast<double>(inv_temperature); };
    for (int64_t v = 0; v < vocab; ++v) sum += std::exp(l(v));
    for (int64_t v = 0; v < vocab; ++v) dot += std::exp(l(v)) / sum * l(v);
    if (entropy != nullptr) *entropy = std::log(sum) - dot;
    return l(target) - std::log(sum);
  };
  float logprob, lse, entropy;
  kRef.log_prob(1, vocab, logits.data(), vocab, &target, inv_temperature, &logprob, &lse, &entropy);
  double exact_entropy;
  EXPECT_NEAR(logprob, exact(-1, 0, &exact_entropy), 1e-5);
  EXPECT_NEAR(entropy, exact_entropy, 1e-5);
  Buffer gradient = logits;
  const float dlogprob = 2.0f;
  kRef.log_prob_backward(1, vocab, gradient.data(), vocab, &target, inv_temperature, &lse, &dlogprob);
  for (int64_t v = 0; v < vocab; ++v) EXPECT_NEAR(gradient[v], 2.0 * (exact(v, 1e-5) - exact(v, -1e-5)) / 2e-5, 1e-5) << v;
}

}  // namespace
}  // namespace r1
