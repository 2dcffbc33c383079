// Against llama.cpp's quantizers on the same rows: tests/golden/quant, made by tests/golden/make_quantize_golden.py.
#include "quant/quantize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/rng.h"
#include "quant/dequantize.h"

namespace r1::quant {
namespace {

constexpr int64_t kRow = 512;

std::string Golden(const std::string& name) { return ReadFile(std::string(R1_SOURCE_DIR) + "/tests/golden/quant/" + name); }

std::vector<float> Rows() {
  const std::string file = Golden("rows.f32");
  std::vector<float> rows(file.size() / sizeof(float));
  std::memcpy(rows.data(), file.data(), file.size());
  return rows;
}

std::string Quantized(DType dtype, const std::vector<float>& x) {
  std::string blocks(DTypeBytes(dtype, static_cast<int64_t>(x.size())), '\0');
  QuantizeRow(dtype, x.data(), static_cast<int64_t>(x.size()), blocks.data());
  return blocks;
}

// Squared error of rows [begin, end).
double ErrorOf(DType dtype, const std::string& blocks, const std::vector<float>& x, int64_t begin, int64_t end) {
  std::vector<float> values(x.size());
  DequantizeRow(dtype, blocks.data(), static_cast<int64_t>(x.size()), values.data());
  double sum = 0;
  for (auto i = static_cast<size_t>(begin * kRow); i < static_cast<size_t>(end * kRow); ++i) sum += std::pow(values[i] - x[i], 2.0);
  return sum;
}

class QuantizeTest : public ::testing::TestWithParam<DType> {};
std::string NameOf(const ::testing::TestParamInfo<DType>& test) { return DTypeName(test.param); }

class SmallFormats : public QuantizeTest {};
TEST_P(SmallFormats, GiveLlamaCppsBytes) {
  EXPECT_TRUE(Quantized(GetParam(), Rows()) == Golden(DTypeName(GetParam()) + std::string(".rows")));
}
INSTANTIATE_TEST_SUITE_P(Q, SmallFormats, ::testing::Values(DType::kQ4_0, DType::kQ4_1, DType::kQ5_0, DType::kQ5_1, DType::kQ8_0),
                         NameOf);

class KFormats : public QuantizeTest {};
TEST_P(KFormats, AreAsNearAsLlamaCpps) {
  const std::vector<float> x = Rows();
  const std::string ours = Quantized(GetParam(), x), theirs = Golden(DTypeName(GetParam()) + std::string(".rows"));
  const struct {
    const char* kind;
    int64_t begin, end;
  } kinds[] = {{"normal", 0, 5},      {"heavy-tailed", 5, 10}, {"mostly zero", 10, 11},
               {"one-sided", 11, 12}, {"tiny", 14, 15},        {"large", 15, 16}};
  for (const auto& kind : kinds) {
    const double error = ErrorOf(GetParam(), ours, x, kind.begin, kind.end),
                 peer = ErrorOf(GetParam(), theirs, x, kind.begin, kind.end);
    RecordProperty(kind.kind, std::to_string(error / peer));
    EXPECT_LE(error, 1.02 * peer) << kind.kind;
  }
  EXPECT_LE(ErrorOf(GetParam(), ours, x, 13, 14), 0) << "zeros";
  EXPECT_LE(ErrorOf(GetParam(), ours, x, 12, 13), 512 * 1e-6) << "constant";
}
INSTANTIATE_TEST_SUITE_P(Q, KFormats, ::testing::Values(DType::kQ4_K, DType::kQ5_K, DType::kQ6_K), NameOf);

class AllFormats : public QuantizeTest {};
TEST_P(AllFormats, ExtremesStayDefined) {  // under UBSan: no conversion out of range, whatever the (finite) values
  Rng rng(RngKey({2026, 5}));
  const float largest = std::numeric_limits<float>::max(), tiny = std::numeric_limits<float>::denorm_min();
  for (int round = 0; round < 200; ++round) {
    std::vector<float> x(512);
    for (float& v : x) {
      const float special[] = {0.f, -0.f, largest, -largest, tiny, -tiny, 1e-38f, 1e-37f, 65504.f, 1.f};
      v = rng.Below(2) ? special[rng.Below(10)]
                       : std::ldexp(static_cast<float>(rng.Below(1000)) - 500.f, static_cast<int>(rng.Below(200)) - 120);
    }
    if (round % 2) std::fill(x.begin(), x.end(), x[0]);
    EXPECT_EQ(Quantized(GetParam(), x), Quantized(GetParam(), x));
  }
}
TEST_P(AllFormats, ErrorStaysWithinAStep) {
  Rng rng(RngKey({2026, 6}));
  std::vector<float> x(2048);
  for (float& v : x) v = static_cast<float>(rng.Below(20001)) / 10000.0f - 1.0f;
  std::vector<float> back(x.size());
  DequantizeRow(GetParam(), Quantized(GetParam(), x).data(), static_cast<int64_t>(x.size()), back.data());
  // Bits of a digit: F16 and BF16 keep 11 and 8; the range is 2 wide.
  const double step = GetParam() == DType::kF16 ? 0x1p-11 : GetParam() == DType::kBF16 ? 0x1p-8 : 2.0 / 15;
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(back[i], x[i], step);
}
INSTANTIATE_TEST_SUITE_P(Q, AllFormats,
                         ::testing::Values(DType::kF16, DType::kBF16, DType::kQ4_0, DType::kQ4_1, DType::kQ5_0, DType::kQ5_1,
                                           DType::kQ8_0, DType::kQ4_K, DType::kQ5_K, DType::kQ6_K),
                         NameOf);

}  // namespace
}  // namespace r1::quant
