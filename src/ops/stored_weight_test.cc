#include "ops/stored_weight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/bf16.h"
#include "base/error.h"
#include "base/half.h"
#include "base/rng.h"
#include "ops/linear.h"
#include "ops/tape.h"
#include "quant/dequantize.h"

namespace r1::ops {
namespace {

// Random weights of a type; the halves of quantized blocks are small numbers.
Tensor RandomRows(Allocator& allocator, DType dtype, int64_t n, int64_t k, uint64_t seed) {
  Tensor rows = Tensor::Empty(allocator, {n, k}, dtype);
  Rng rng(RngKey({seed}));
  auto* bytes = static_cast<uint8_t*>(rows.raw());
  for (size_t i = 0; i < rows.bytes(); ++i) bytes[i] = static_cast<uint8_t>(rng.Below(256));
  const auto put = [&](size_t at, auto value) { std::memcpy(bytes + at, &value, sizeof value); };
  const size_t block = DTypeBlockBytes(dtype);
  for (size_t at = 0; at < rows.bytes(); at += block) {
    const float x = rng.Uniform() - 0.5f;
    if (dtype == DType::kF32) put(at, x);
    if (dtype == DType::kBF16) put(at, FloatToBf16(x));
    if (dtype == DType::kF16) put(at, FloatToHalf(x));
    if (dtype == DType::kQ8_0 || dtype == DType::kQ4_K) put(at, FloatToHalf(x * 0.01f));
    if (dtype == DType::kQ4_K) put(at + 2, FloatToHalf(x * 0.02f));
    if (dtype == DType::kQ6_K) put(at + 208, FloatToHalf(x * 0.01f));
  }
  return rows;
}

Tensor RandomInput(Allocator& allocator, int64_t m, int64_t k) {
  Tensor x = Tensor::Empty(allocator, {m, k});
  Rng rng(RngKey({77}));
  for (int64_t i = 0; i < x.numel(); ++i) x.f32()[i] = rng.Uniform() - 0.5f;
  return x;
}

constexpr DType kTypes[] = {DType::kF32, DType::kBF16, DType::kF16, DType::kQ8_0, DType::kQ4_K, DType::kQ6_K};

TEST(StoredWeightTest, MultipliesByTheWeightOfTheFile) {
  Runtime runtime(2);
  ExecContext ctx = runtime.Context();
  const int64_t n = 70, k = 512, m = 5;
  const Tensor x = RandomInput(*runtime.allocator, m, k);
  for (DType dtype : kTypes) {
    SCOPED_TRACE(DTypeName(dtype));
    const StoredWeight::Source source{0, RandomRows(*runtime.allocator, dtype, n, k, 1)};
    const StoredWeight weight(ctx, n, k, std::span(&source, 1), {});
    std::vector<float> y(static_cast<size_t>(m * n)), row(static_cast<size_t>(k));
    weight.Multiply(ctx, m, x.f32(), y.data());
    // What x is rounded to: 24 bits, 8 bits, or a 127th of the largest of 32.
    const double step = dtype == DType::kF32 || dtype == DType::kF16 ? 1e-6 : dtype == DType::kBF16 ? 0x1p-9 : 0.5 / 127;
    for (int64_t j = 0; j < n; ++j) {
      quant::DequantizeRow(dtype, static_cast<const uint8_t*>(source.rows.raw()) + DTypeBytes(dtype, j * k), k, row.data());
      for (int64_t i = 0; i < m; ++i) {
        double exact = 0, squares = 0;
        for (int64_t l = 0; l < k; ++l) {
          exact += static_cast<double>(row[static_cast<size_t>(l)]) * x.f32()[i * k + l];
          squares += std::pow(row[static_cast<size_t>(l)], 2);
        }
        EXPECT_NEAR(y[static_cast<size_t>(i * n + j)], exact, 3 * step * std::sqrt(squares)) << i << ", " << j;
      }
    }
  }
}

TEST(StoredWeightTest, PartsOfDifferentTypesFillTheirColumns) {
  Runtime runtime(2);
  ExecContext ctx = runtime.Context();
  const int64_t k = 256, m = 7;
  const Tensor x = RandomInput(*runtime.allocator, m, k);
  std::vector<StoredWeight::Source> sources;
  int64_t n = 0;
  for (DType dtype : kTypes) {
    sources.push_back({n, RandomRows(*runtime.allocator, dtype, 33, k, static_cast<uint64_t>(n))});
    n += 33;
  }
  const StoredWeight whole(ctx, n, k, sources, {});
  std::vector<float> y(static_cast<size_t>(m * n));
  whole.Multiply(ctx, m, x.f32(), y.data());
  for (const StoredWeight::Source& source : sources) {
    const StoredWeight::Source alone{0, source.rows};
    const StoredWeight part(ctx, 33, k, std::span(&alone, 1), {});
    std::vector<float> expected(static_cast<size_t>(m * 33));
    part.Multiply(ctx, m, x.f32(), expected.data());
    for (int64_t i = 0; i < m; ++i)
      EXPECT_EQ(std::memcmp(y.data() + i * n + source.row_begin, expected.data() + i * 33, 33 * sizeof(float)), 0)
          << DTypeName(source.rows.dtype());
  }
  EXPECT_EQ(whole.DTypeNames(), "F32, BF16, F16, Q8_0, Q4_K, Q6_K");
}

// Also of the types that take more memory than file: without a kernel of their own they are kept as bytes.
TEST(StoredWeightTest, TheMemoryOfEveryTypeIsKnownBeforehand) {
  Runtime runtime(1);
  ExecContext ctx = runtime.Context();
  const int64_t n = 64, k = 512;
  for (DType dtype : kAllDTypes) {
    if (!StoredWeight::CanMultiply(dtype)) continue;
    const StoredWeight::Source source{0, RandomRows(*runtime.allocator, dtype, n, k, 3)};
    for (auto format : {StoredWeight::Format::kFile, StoredWeight::Format::kInt8}) {
      const auto planned = static_cast<double>(StoredWeight::PackedBytes(dtype, n, k, format));
      EXPECT_NEAR(planned / static_cast<double>(StoredWeight(ctx, n, k, std::span(&source, 1), {}, format).packed_bytes()), 1, 0.02)
          << DTypeName(dtype);
    }
  }
}

std::vector<float> Product(ExecContext& ctx, const StoredWeight& weight, const Tensor& x, int64_t m) {
  std::vector<float> y(static_cast<size_t>(m * weight.out()));
  weight.Multiply(ctx, m, x.f32(), y.data());
  return y;
}

TEST(StoredWeightTest, RoundedAnewIsCloseToTheFileAndAByteAWeight) {
  Runtime runtime(2);
  ExecContext ctx = runtime.Context();
  const int64_t n = 70, k = 512, m = 5;
  const Tensor x = RandomInput(*runtime.allocator, m, k);
  for (DType dtype : kTypes) {
    SCOPED_TRACE(DTypeName(dtype));
    const StoredWeight::Source source{0, RandomRows(*runtime.allocator, dtype, n, k, 1)};
    const StoredWeight weight(ctx, n, k, std::span(&source, 1), {.look_up = true}, StoredWeight::Format::kInt8);
    EXPECT_EQ(weight.packed_bytes(), static_cast<size_t>(96 * (k + k / 128 * 4)));
    const std::vector<float> y = Product(ctx, weight, x, m);
    std::vector<float> row(static_cast<size_t>(k)), looked_up(row.size());
    for (int32_t j = 0; j < n; ++j) {
      quant::DequantizeRow(dtype, static_cast<const uint8_t*>(source.rows.raw()) + DTypeBytes(dtype, j * k), k, row.data());
      weight.LookUp(ctx, std::span(&j, 1), looked_up.data());
      EXPECT_EQ(std::memcmp(row.data(), looked_up.data(), row.size() * sizeof(float)), 0);
      float largest = 0;
      for (float w : row) largest = std::max(largest, std::abs(w));
      for (int64_t i = 0; i < m; ++i) {
        // Half a step of each operand is at most a 254th of the largest, here 0.5 for x.
        double exact = 0, squares = 0;
        for (int64_t l = 0; l < k; ++l) {
          const double w = row[static_cast<size_t>(l)], a = x.f32()[i * k + l];
          exact += w * a;
          squares += std::pow(w * 0.5, 2) + std::pow(largest * a, 2);
        }
        EXPECT_NEAR(y[static_cast<size_t>(i * n + j)], exact, 3 * std::sqrt(squares) / 254) << i << ", " << j;
      }
    }
  }
}

TEST(StoredWeightTest, RoundedAnewHasTheSameBitsOnEveryCpuAndInEveryBatch) {
  const int64_t n = 150, k = 384, most = 19;
  for (DType dtype : {DType::kF32, DType::kQ8_0}) {
    std::vector<float> expected;
    for (const KernelTable* kernels : SupportedKernels()) {
      for (int threads : {1, 3}) {
        Runtime runtime(threads, *kernels);
        ExecContext ctx = runtime.Context();
        const StoredWeight::Source source{0, RandomRows(*runtime.allocator, dtype, n, k, 1)};
        const StoredWeight weight(ctx, n, k, std::span(&source, 1), {}, StoredWeight::Format::kInt8);
        const Tensor x = RandomInput(*runtime.allocator, most, k);
        for (int64_t m : {most, int64_t{1}, int64_t{4}, int64_t{7}}) {
          const std::vector<float> got = Product(ctx, weight, x, m);
          if (expected.empty()) expected = got;
          EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)), 0)
              << DTypeName(dtype) << " " << kernels->isa << ", threads " << threads << ", rows " << m;
        }
      }
    }
  }
}

TEST(StoredWeightTest, RowsThatAreNoMultipleOf128StayAsInTheFile) {
  Runtime runtime(1);
  ExecContext ctx = runtime.Context();
  const int64_t n = 40, k = 352, m = 3;
  const Tensor x = RandomInput(*runtime.allocator, m, k);
  for (DType dtype : {DType::kF32, DType::kQ8_0}) {
    const StoredWeight::Source source{0, RandomRows(*runtime.allocator, dtype, n, k, 1)};
    const StoredWeight file(ctx, n, k, std::span(&source, 1), {});
    const StoredWeight int8(ctx, n, k, std::span(&source, 1), {}, StoredWeight::Format::kInt8);
    EXPECT_EQ(Product(ctx, int8, x, m), Product(ctx, file, x, m)) << DTypeName(dtype);
    EXPECT_EQ(int8.packed_bytes(), file.packed_bytes());
  }
}

TEST(StoredWeightTest, LooksUpExactRows) {
  Runtime runtime(2);
  ExecContext ctx = runtime.Context();
  const int64_t n = 2100, k = 256;  // more than one slice
  const std::vector<int32_t> ids = {5, 2099, 0, 2048, 5};
  for (DType dtype : kTypes) {
    const StoredWeight::Source source{0, RandomRows(*runtime.allocator, dtype, n, k, 3)};
    for (bool product : {false, true}) {
      const StoredWeight table(ctx, n, k, std::span(&source, 1), {.product = product, .look_up = true});
      std::vector<float> rows(ids.size() * k), expected(k);
      table.LookUp(ctx, ids, rows.data());
      for (size_t i = 0; i < ids.size(); ++i) {
        quant::DequantizeRow(dtype, static_cast<const uint8_t*>(source.rows.raw()) + DTypeBytes(dtype, ids[i] * k), k,
                             expected.data());
        EXPECT_EQ(std::memcmp(rows.data() + i * k, expected.data(), k * sizeof(float)), 0) << DTypeName(dtype) << " row " << ids[i];
      }
      EXPECT_EQ(table.packed_bytes() > 0, product);
    }
  }
}

TEST(StoredWeightTest, CannotBeTrained) {
  Runtime runtime(1);
  Tape tape;
  ExecContext ctx = runtime.Context(&tape);
  const StoredWeight::Source source{0, RandomRows(*runtime.allocator, DType::kQ8_0, 8, 32, 1)};
  Parameter weight;
  weight.name = "lm_head.weight";
  weight.shape = {8, 32};
  weight.stored = std::make_shared<StoredWeight>(ctx, 8, 32, std::span(&source, 1), StoredWeight::Uses{});
  try {
    Linear(ctx, RandomInput(*runtime.allocator, 2, 32), weight);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("lm_head.weight was loaded for inference, in its file's Q8_0"), std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace r1::ops
