// Products with quantized weights: what they mean, and that nothing but the operands decides their bits.
#include "kernels/quant_gemm.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "base/half.h"
#include "kernels/test_util.h"
#include "quant/block_formats.h"
#include "quant/dequantize.h"

namespace r1 {
namespace {

using test::Buffer;
using test::FastTables;
using test::RandomBuffer;

// How a weight is kept: in a block format, or rounded anew to eight bits under scales of 128.
struct Kind {
  DType dtype;
  bool int8 = false;
  QuantMatrix Pack(ThreadPool& pool, int64_t n, int64_t k, const void* rows) const {
    QuantMatrix w;
    if (int8)
      w.PackInt8(pool, dtype, n, k, rows);
    else
      w.Pack(pool, dtype, n, k, rows);
    return w;
  }
  std::string name() const { return int8 ? "int8" : DTypeName(dtype); }
};
constexpr Kind kKinds[] = {{DType::kQ4_0},   {DType::kQ4_1},   {DType::kQ5_0},      {DType::kQ5_1}, {DType::kQ8_0},
                           {DType::kQ2_K},   {DType::kQ3_K},   {DType::kQ4_K},      {DType::kQ5_K}, {DType::kQ6_K},
                           {DType::kIQ4_NL}, {DType::kIQ4_XS}, {DType::kQ8_0, true}};

// Random bits in every field, but for the halves: those are moderate numbers of any sign.
std::vector<uint8_t> RandomBlocks(DType dtype, int64_t n, int64_t k, uint64_t seed) {
  const size_t block = DTypeBlockBytes(dtype);
  std::vector<uint8_t> data(DTypeBytes(dtype, n * k));
  Rng rng(RngKey({seed}));
  for (uint8_t& byte : data) byte = static_cast<uint8_t>(rng.Below(256));
  const auto half = [&](size_t at) {
    const Half h = FloatToHalf((rng.Uniform() - 0.5f) * 0.1f);
    std::memcpy(data.data() + at, &h, sizeof h);
  };
  for (size_t at = 0; at < data.size(); at += block) switch (dtype) {
      case DType::kQ4_1:
      case DType::kQ5_1:
      case DType::kQ4_K:
      case DType::kQ5_K: half(at), half(at + 2); break;
      case DType::kQ2_K: half(at + 80), half(at + 82); break;
      case DType::kQ3_K: half(at + 108); break;
      case DType::kQ6_K: half(at + 208); break;
      default: half(at);
    }
  return data;
}

// Of the weights that share the scale of number i.
float LargestOf128(const std::vector<float>& row, int64_t i) {
  float largest = 0;
  for (int64_t j = i / 128 * 128; j < i / 128 * 128 + 128; ++j) largest = std::max(largest, std::abs(row[static_cast<size_t>(j)]));
  return largest;
}

std::vector<float> Product(const KernelTable& kernels, ThreadPool& pool, const QuantMatrix& w, int64_t m, const float* x) {
  std::vector<float> c(static_cast<size_t>(m * w.n()), -1.0f);
  const QuantActivations a(kernels, pool, m, w.k(), x, w.k(), w.span());
  const QuantProduct product = {&w, c.data()};
  QuantGemm(kernels, pool, a, std::span(&product, 1), w.n());
  return c;
}

// The activations are rounded to 1/127 of the largest of 32 to 256, so each y may be off by half of that times the weights'
// magnitudes.
TEST(QuantGemmTest, IsTheProductWithTheDequantizedWeights) {
  ThreadPool pool(1);
  const int64_t n = 37, k = 512, m = 3;
  for (const Kind& kind : kKinds) {
    SCOPED_TRACE(kind.name());
    const std::vector<uint8_t> data = RandomBlocks(kind.dtype, n, k, 1);
    const Buffer x = RandomBuffer(m * k, 2);
    const QuantMatrix w = kind.Pack(pool, n, k, data.data());
    const std::vector<float> c = Product(ReferenceKernels(), pool, w, m, x.data());
    std::vector<float> row(static_cast<size_t>(k));
    for (int64_t j = 0; j < n; ++j) {
      quant::DequantizeRow(kind.dtype, data.data() + static_cast<size_t>(j) * DTypeBytes(kind.dtype, k), k, row.data());
      for (int64_t i = 0; i < m; ++i) {
        double exact = 0, error = 0;
        for (int64_t l = 0; l < k; ++l) {
          exact += static_cast<double>(row[static_cast<size_t>(l)]) * x[i * k + l];
          error += std::pow(row[static_cast<size_t>(l)], 2);
          if (kind.int8) error += std::pow(LargestOf128(row, l) * x[i * k + l], 2);
        }
        // Rounding errors are uniform in half a step: a standard deviation of step / sqrt(12); six of them.
        EXPECT_NEAR(c[static_cast<size_t>(i * n + j)], exact, 6 * std::sqrt(error / 12) / 127 + 1e-5) << i << ", " << j;
      }
    }
  }
}

TEST(QuantGemmTest, BatchThreadsAndInstructionSetChangeNoBit) {
  const int64_t most = 130;
  for (const Kind& kind : kKinds)
    for (auto [n, k] : {std::pair<int64_t, int64_t>{1, 256}, {77, 1280}, {32 * 21 + 16, 512}, {40, 2560}}) {
      SCOPED_TRACE(testing::Message() << kind.name() << " n " << n << " k " << k);
      ThreadPool one(1), three(3);
      const std::vector<uint8_t> data = RandomBlocks(kind.dtype, n, k, 3);
      const Buffer x = RandomBuffer(most * k, 4);
      const QuantMatrix w = kind.Pack(three, n, k, data.data());
      const std::vector<float> expected = Product(ReferenceKernels(), three, w, n > 100 ? 19 : most, x.data());
      for (const KernelTable* table : FastTables())
        for (int64_t m : {1, 2, 3, 4, 5, 6, 7, 16, 19, 128, 130}) {  // 128 rows of 2560 are two stretches
          if (static_cast<size_t>(m * n) > expected.size()) continue;
          for (ThreadPool* pool : {&one, &three}) {
            const std::vector<float> c = Product(*table, *pool, w, m, x.data());
            EXPECT_EQ(std::memcmp(c.data(), expected.data(), c.size() * sizeof(float)), 0)
                << table->isa << " m " << m << " threads " << pool->num_threads();
          }
        }
    }
}

TEST(QuantGemmTest, ExtremeBytesDoNotSaturate) {
  ThreadPool pool(1);
  const int64_t n = 32, k = 64;
  std::vector<quant::BlockQ8_0> blocks(n * k / 32);
  for (size_t i = 0; i < blocks.size(); ++i) {
    blocks[i].d = FloatToHalf(1);
    for (int j = 0; j < 32; ++j)
      blocks[i].qs[j] = static_cast<int8_t>(i / 2 % 3 == 0 ? -128 : i / 2 % 3 == 1 ? 127 : j % 2 == 0 ? -128 : 127);
  }
  QuantMatrix w;
  w.Pack(pool, DType::kQ8_0, n, k, blocks.data());
  std::vector<float> x(static_cast<size_t>(k));
  for (int64_t i = 0; i < k; ++i) x[static_cast<size_t>(i)] = i % 4 < 2 ? 127.0f : -127.0f;
  std::vector<float> ones(static_cast<size_t>(k), 127.0f);
  for (const std::vector<float>* input : {&x, &ones}) {
    const std::vector<float> expected = Product(ReferenceKernels(), pool, w, 1, input->data());
    if (input == &ones) {
      EXPECT_EQ(expected[0], -128.0f * 127 * 64);
    }
    for (const KernelTable* table : FastTables()) EXPECT_EQ(Product(*table, pool, w, 1, input->data()), expected) << table->isa;
  }
}

// Zeros and numbers too small for a scale are zeros; a weight that is not finite makes its 128 NaN and no other.
TEST(QuantGemmTest, RoundingAnewTakesAnyNumbers) {
  ThreadPool pool(1);
  const int64_t n = 3, k = 256;
  std::vector<float> rows(static_cast<size_t>(n * k));
  rows[0] = 1e-38f;
  rows[static_cast<size_t>(k)] = 2;
  rows[static_cast<size_t>(2 * k)] = INFINITY;
  QuantMatrix w;
  w.PackInt8(pool, DType::kF32, n, k, rows.data());
  const std::vector<float> x(static_cast<size_t>(k), 0.5f);
  for (const KernelTable* table : FastTables()) {
    const std::vector<float> y = Product(*table, pool, w, 1, x.data());
    EXPECT_EQ(y[0], 0);
    EXPECT_FLOAT_EQ(y[1], 1);
    EXPECT_TRUE(std::isnan(y[2]));
  }
}

TEST(QuantGemmTest, RowsAreRoundedAlikeEverywhere) {
  ThreadPool::EnterNumericsMode();
  const int64_t k = 32 * 40;
  Buffer x = RandomBuffer(k, 6);
  for (int64_t i = 0; i < 32; ++i) x[i] = 0, x[32 + i] = 1e-35f, x[64 + i] = static_cast<float>(i) - 15.5f, x[96 + i] *= 1e30f;
  x[64] = 127;        // ties: 15.5 and so on stay as they are under a scale of 1
  x[130] = INFINITY;  // becomes an infinite scale
  x[170] = NAN;       // becomes a NaN scale
  for (int span : {32, 128, 256}) {
    std::vector<ActivationGroup> expected(static_cast<size_t>(k / 32)), got(expected.size());
    ReferenceKernels().quantize_row(k / 32, span, x.data(), expected.data());
    for (const KernelTable* table : FastTables()) {
      table->quantize_row(k / 32, span, x.data(), got.data());
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(ActivationGroup)), 0) << table->isa;
    }
    if (span > 32) {
      const int first = 2 * span / 32;
      EXPECT_EQ(expected[static_cast<size_t>(first)].scale, expected[static_cast<size_t>(first + span / 32 - 1)].scale);
      EXPECT_NE(expected[static_cast<size_t>(first)].scale, expected[static_cast<size_t>(first + span / 32)].scale);
      continue;
    }
    EXPECT_EQ(expected[0].scale, 0);
    EXPECT_EQ(expected[1].scale, 0);
    EXPECT_EQ(expected[2].q[2], -14);  // -13.5 goes to the even neighbour
    EXPECT_EQ(expected[2].q[1], -14);  // and so does -14.5
    EXPECT_TRUE(std::isinf(expected[4].scale));
    EXPECT_TRUE(std::isnan(expected[5].scale));
  }
}

TEST(QuantGemmTest, SumsBesideTheKFormatsAreThoseOfTheirGroups) {
  ThreadPool::EnterNumericsMode();
  const int64_t k = 512;
  const Buffer x = RandomBuffer(k, 10);
  std::vector<SuperActivationGroup> groups(static_cast<size_t>(k / 32));
  ReferenceKernels().quantize_row(k / 32, kSuperGroup, x.data(), reinterpret_cast<ActivationGroup*>(groups.data()));
  for (size_t g = 0; g < groups.size(); ++g) {
    const int low = std::accumulate(groups[g].q, groups[g].q + 16, 0),
              high = std::accumulate(groups[g].q + 16, groups[g].q + 32, 0);
    EXPECT_EQ(groups[g].minus_32_sums[0], -32 * low);
    EXPECT_EQ(groups[g].minus_32_sums[1], -32 * high);
    EXPECT_EQ(groups[g / 2 * 2].pair_sums[g % 2], low + high);
    EXPECT_EQ(groups[g / 2 * 2 + 1].pair_sums[g % 2], low + high);
  }
}

// Every integer as large as it can become: no sum overflows.
TEST(QuantGemmTest, ExtremeSubScalesDoNotOverflow) {
  ThreadPool pool(1);
  const int64_t n = 32, k = 256;
  for (DType dtype : {DType::kQ4_K, DType::kQ5_K, DType::kQ6_K}) {
    SCOPED_TRACE(DTypeName(dtype));
    std::vector<uint8_t> data = RandomBlocks(dtype, n, k, 11);
    for (size_t at = 0; at < data.size(); at += DTypeBlockBytes(dtype)) {
      uint8_t* block = data.data() + at;
      if (dtype == DType::kQ6_K) {
        std::memset(block, 0, 192);         // q of -32
        std::memset(block + 192, 128, 16);  // sub-scales of -128
      } else {
        std::memset(block + 4, 255, DTypeBlockBytes(dtype) - 4);
      }
    }
    std::vector<float> row(static_cast<size_t>(k)), x(static_cast<size_t>(k), -1.0f);
    quant::DequantizeRow(dtype, data.data(), k, row.data());
    double exact = 0;
    for (float w : row) exact -= static_cast<double>(w);
    QuantMatrix w;
    w.Pack(pool, dtype, n, k, data.data());
    EXPECT_NEAR(Product(ReferenceKernels(), pool, w, 1, x.data())[0], exact, std::abs(exact) * 1e-6);
    for (const KernelTable* table : FastTables())
      EXPECT_EQ(Product(*table, pool, w, 1, x.data()), Product(ReferenceKernels(), pool, w, 1, x.data())) << table->isa;
  }
}

TEST(QuantGemmTest, ProductsOfOneInputMayDifferInFormat) {
  ThreadPool pool(2);
  const KernelTable& kernels = DefaultKernels();
  const int64_t k = 256, m = 9, ldc = 96 + 40;
  QuantMatrix first, second;
  first.Pack(pool, DType::kQ4_K, 96, k, RandomBlocks(DType::kQ4_K, 96, k, 7).data());
  second.Pack(pool, DType::kQ6_K, 40, k, RandomBlocks(DType::kQ6_K, 40, k, 8).data());
  const Buffer x = RandomBuffer(m * k, 9);
  std::vector<float> c(static_cast<size_t>(m * ldc));
  const QuantActivations a(kernels, pool, m, k, x.data(), k, first.span());
  const QuantProduct products[] = {{&first, c.data()}, {&second, c.data() + 96}};
  QuantGemm(kernels, pool, a, products, ldc);
  const std::vector<float> left = Product(kernels, pool, first, m, x.data()), right = Product(kernels, pool, second, m, x.data());
  for (int64_t i = 0; i < m; ++i) {
    EXPECT_EQ(std::memcmp(c.data() + i * ldc, left.data() + i * 96, 96 * sizeof(float)), 0);
    EXPECT_EQ(std::memcmp(c.data() + i * ldc + 96, right.data() + i * 40, 40 * sizeof(float)), 0);
  }
}

}  // namespace
}  // namespace r1
