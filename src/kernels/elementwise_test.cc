// Every elementwise and reduction kernel of every instruction set against the reference, bit by bit, over odd sizes and addresses.
#include <cmath>
#include <limits>
#include <numeric>

#include "base/bf16.h"
#include "kernels/reference/math.h"
#include "kernels/test_util.h"

namespace r1 {
namespace {

using test::Buffer;
using test::ForEachTable;
using test::RandomBuffer;
using test::RandomInts;

constexpr int64_t kSizes[] = {1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 100, 129, 257};
const KernelTable& kRef = ReferenceKernels();

TEST(ElementwiseTest, RoundsToBf16LikeTheReferenceIncludingSpecialValues) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t n : kSizes) {
      Buffer x = RandomBuffer(n, 1, 1e3f);
      const float special[] = {NAN,         INFINITY,   -INFINITY, -0.0f, 1e-40f, std::numeric_limits<float>::max(),
                               1.00390625f, 1.01171875f};
      for (int64_t i = 0; i < n && i < 8; ++i) x[n - 1 - i] = special[i];
      std::vector<uint16_t> y(n + 1, 7), expected(n + 1, 7);
      fast.to_bf16(n, x.data(), y.data());
      kRef.to_bf16(n, x.data(), expected.data());
      EXPECT_EQ(y, expected) << "n = " << n;
    }
  });
}

TEST(ElementwiseTest, EveryBf16IsWidenedExactly) {
  std::vector<uint16_t> x(1 << 16);
  std::iota(x.begin(), x.end(), uint16_t{0});
  ForEachTable([&](const KernelTable& fast) {
    for (int64_t n : kSizes) {
      std::vector<uint32_t> y(x.size(), 7);
      for (size_t begin = 0; begin + static_cast<size_t>(n) <= x.size(); begin += static_cast<size_t>(n))
        fast.from_bf16(n, x.data() + begin, reinterpret_cast<float*>(y.data() + begin));
      for (size_t i = 0; i < x.size(); ++i) {
        const bool written = i < x.size() / static_cast<size_t>(n) * static_cast<size_t>(n);
        ASSERT_EQ(y[i], written ? uint32_t{x[i]} << 16 : 7u) << "n = " << n << ", " << x[i];
      }
    }
  });
}

TEST(ElementwiseTest, AddAndBiasAndExp) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t n : kSizes) {
      const Buffer a = RandomBuffer(3 * n, 1), b = RandomBuffer(3 * n, 2, 50.0f);
      Buffer y(3 * n, 1), expected(3 * n, 1);
      fast.add(3 * n, a.data(), b.data(), y.data());
      kRef.add(3 * n, a.data(), b.data(), expected.data());
      EXPECT_EQ(y, expected);
      fast.add_bias(3, n, a.data(), y.data());
      kRef.add_bias(3, n, a.data(), expected.data());
      EXPECT_EQ(y, expected);
      fast.exp_scaled(3 * n, b.data(), 1.7f, 0.3f, y.data());
      kRef.exp_scaled(3 * n, b.data(), 1.7f, 0.3f, expected.data());
      EXPECT_EQ(y, expected);
      EXPECT_TRUE(y.GuardsIntact());
    }
  });
}

TEST(ElementwiseTest, ExpIsWithinOneUlpAndClampsAndKeepsNan) {
  double worst = 0;
  for (uint32_t bits = 0; bits < 0xffffff00u; bits += 4099) {
    const float x = std::bit_cast<float>(bits);
    if (!(x > -87.2f && x < 88.2f)) continue;
    const double exact = std::exp(static_cast<double>(x));
    const auto nearest = static_cast<float>(exact);
    const double ulp = static_cast<double>(std::nextafter(nearest, INFINITY)) - static_cast<double>(nearest);
    worst = std::max(worst, std::abs(static_cast<double>(reference::Exp(x)) - exact) / ulp);
  }
  EXPECT_LT(worst, 0.9);
  EXPECT_EQ(reference::Exp(0.0f), 1.0f);
  EXPECT_EQ(reference::Exp(-INFINITY), reference::Exp(-87.3f));
  EXPECT_TRUE(std::isfinite(reference::Exp(INFINITY)));
  EXPECT_TRUE(std::isnan(reference::Exp(NAN)));
  ForEachTable([](const KernelTable& fast) {
    const float x[] = {NAN, -INFINITY, INFINITY, -87.3f};
    float y[4], expected[4];
    fast.exp_scaled(4, x, 1.0f, 0.0f, y);
    kRef.exp_scaled(4, x, 1.0f, 0.0f, expected);
    EXPECT_TRUE(std::isnan(y[0]));
    EXPECT_EQ(std::memcmp(y + 1, expected + 1, 3 * sizeof(float)), 0);
  });
}

TEST(ElementwiseTest, LogIsCorrectlyRoundedButForAFewTies) {
  double worst = 0;
  for (uint32_t bits = 0x00800000; bits < 0x7f800000u; bits += 9973) {
    const float x = std::bit_cast<float>(bits);
    const double exact = std::log(static_cast<double>(x));
    const auto nearest = static_cast<float>(exact);
    const double ulp = static_cast<double>(std::nextafter(std::abs(nearest), INFINITY)) - static_cast<double>(std::abs(nearest));
    if (exact != 0) worst = std::max(worst, std::abs(static_cast<double>(Log(x)) - exact) / ulp);
  }
  EXPECT_LT(worst, 0.501);
  EXPECT_EQ(Log(1.0f), 0.0f);
  EXPECT_EQ(Log(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(Log(NAN)));
}

TEST(ElementwiseTest, RopeAndItsInverse) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t head_dim : {8, 16, 24, 32, 64, 128}) {
      const int64_t rows = 5, heads = 3, stride = heads * head_dim + 5;
      const Buffer cos = RandomBuffer(20 * head_dim / 2, 1), sin = RandomBuffer(20 * head_dim / 2, 2);
      const std::vector<int32_t> positions = RandomInts(rows, 20, 3);
      Buffer x = RandomBuffer(rows * stride, 4), expected = x;
      for (bool inverse : {false, true}) {
        fast.rope(rows, heads, head_dim, x.data(), stride, cos.data(), sin.data(), positions.data(), inverse);
        kRef.rope(rows, heads, head_dim, expected.data(), stride, cos.data(), sin.data(), positions.data(), inverse);
        EXPECT_EQ(x, expected) << "head_dim " << head_dim << (inverse ? " inverse" : "");
      }
      EXPECT_TRUE(x.GuardsIntact());
    }
  });
}

TEST(ElementwiseTest, SwiGluAndItsGradient) {
  ForEachTable([](const KernelTable& fast) {
    for (int64_t f : kSizes) {
      const Buffer gate_up = RandomBuffer(3 * 2 * f, 1, 8.0f), dy = RandomBuffer(3 * f, 2);
      Buffer y(3 * f, 1), expected(3 * f, 1), dx(3 * 2 * f, 1), expected_dx(3 * 2 * f, 1);
      fast.swiglu(3, f, gate_up.data(), y.data());
      kRef.swiglu(3, f, gate_up.data(), expected.data());
      EXPECT_EQ(y, expected) << f;
      fast.swiglu_backward(3, f, gate_up.data(), dy.data(), dx.data(), nullptr);
      kRef.swiglu_backward(3, f, gate_up.data(), dy.data(), expected_dx.data(), nullptr);
      EXPECT_EQ(dx, expected_dx) << f;
      for (const KernelTable* table : {&fast, &kRef}) {  // in place, and the product once more
        Buffer both = gate_up, product = dy;
        table->swiglu_backward(3, f, both.data(), product.data(), both.data(), product.data());
        EXPECT_EQ(both, expected_dx) << f;
        EXPECT_EQ(product, expected) << f;
        EXPECT_TRUE(both.GuardsIntact() && product.GuardsIntact());
      }
      EXPECT_TRUE(dx.GuardsIntact() && y.GuardsIntact());
    }
  });
}

TEST(ElementwiseTest, SwiGluGradientAgreesWithDifferences) {
  const int64_t f = 9;
  const Buffer gate_up = RandomBuffer(2 * f, 1, 3.0f), dy = RandomBuffer(f, 2);
  Buffer dx(2 * f, 0);
  kRef.swiglu_backward(1, f, gate_up.data(), dy.data(), dx.data(), nullptr);
  const auto loss = [&](int64_t changed, double by) {
    double sum = 0;
    for (int64_t i = 0; i < f; ++i) {
      const double gate = gate_up[i] + (changed == i ? by : 0), up = gate_up[f + i] + (changed == f + i ? by : 0);
      sum += dy[i] * gate / (1 + std::exp(-gate)) * up;
    }
    return sum;
  };
  for (int64_t i = 0; i < 2 * f; ++i) EXPECT_NEAR(dx[i], (loss(i, 1e-5) - loss(i, -1e-5)) / 2e-5, 1e-5) << i;
}

TEST(ElementwiseTest, AdamW) {
  const AdamWStep step = {.learning_rate = 1e-2f,
                          .beta1 = 0.9f,
                          .beta2 = 0.95f,
                          .epsilon = 1e-8f,
                          .weight_decay = 0.1f,
                          .bias_correction1 = 0.19f,
                          .bias_correction2 = 0.0975f,
                          .grad_scale = 0.7f};
  ForEachTable([&](const KernelTable& fast) {
    for (int64_t n : kSizes) {
      const Buffer grad = RandomBuffer(n, 1);
      Buffer value = RandomBuffer(n, 2), m = RandomBuffer(n, 3), v = RandomBuffer(n, 4);
      for (int64_t i = 0; i < n; ++i) v[i] = std::abs(v[i]);
      Buffer value2 = value, m2 = m, v2 = v;
      fast.adamw(n, step, grad.data(), value.data(), m.data(), v.data());
      kRef.adamw(n, step, grad.data(), value2.data(), m2.data(), v2.data());
      EXPECT_TRUE(value == value2 && m == m2 && v == v2) << n;
      EXPECT_TRUE(value.GuardsIntact() && m.GuardsIntact() && v.GuardsIntact());
    }
  });
}

TEST(ElementwiseTest, AdamWFollowsThePaper) {
  const AdamWStep step = {.learning_rate = 1e-2f,
                          .beta1 = 0.9f,
                          .beta2 = 0.95f,
                          .epsilon = 1e-8f,
                          .weight_decay = 0.1f,
                          .bias_correction1 = 0.1f,
                          .bias_correction2 = 0.05f,
                          .grad_scale = 0.5f};
  float value = 2.0f, m = 0, v = 0;
  const float grad = 0.3f;
  kRef.adamw(1, step, &grad, &value, &m, &v);
  EXPECT_FLOAT_EQ(m, 0.1f * 0.15f);
  EXPECT_FLOAT_EQ(v, 0.05f * 0.15f * 0.15f);
  EXPECT_FLOAT_EQ(value, 2.0f - 1e-2f * 0.1f * 2.0f - 1e-2f);  // the first step is lr * sign(grad)
}

}  // namespace
}  // namespace r1
