// Every format against the reference decoder of PyPI gguf: tests/golden/quant, made by tests/golden/make_quant_golden.py.
#include "quant/dequantize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/files.h"
#include "quant/k_scales.h"

namespace r1::quant {
namespace {

class DequantizeTest : public ::testing::TestWithParam<DType> {};

TEST_P(DequantizeTest, EqualsTheReferenceToTheBit) {
  const std::string stem = std::string(R1_SOURCE_DIR) + "/tests/golden/quant/" + DTypeName(GetParam());
  const std::string blocks = ReadFile(stem + ".blocks"), want = ReadFile(stem + ".f32");
  const auto n = static_cast<int64_t>(want.size() / sizeof(float));
  ASSERT_GE(n, DTypeBlockElements(GetParam()));
  ASSERT_EQ(blocks.size(), DTypeBytes(GetParam(), n));
  std::vector<float> got(static_cast<size_t>(n));
  DequantizeRow(GetParam(), blocks.data(), n, got.data());
  EXPECT_EQ(std::memcmp(got.data(), want.data(), want.size()), 0);
  // A file may hold the blocks at any address.
  const std::string shifted = "x" + blocks;
  std::vector<float> again(static_cast<size_t>(n));
  DequantizeRow(GetParam(), shifted.data() + 1, n, again.data());
  EXPECT_EQ(std::memcmp(again.data(), want.data(), want.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Formats, DequantizeTest,
                         ::testing::Values(DType::kQ4_0, DType::kQ4_1, DType::kQ5_0, DType::kQ5_1, DType::kQ8_0, DType::kQ2_K,
                                           DType::kQ3_K, DType::kQ4_K, DType::kQ5_K, DType::kQ6_K, DType::kIQ4_NL, DType::kIQ4_XS),
                         [](const auto& test) { return std::string(DTypeName(test.param)); });

TEST(DequantizeFloatsTest, NarrowFloatsAndF32AreExact) {
  const uint16_t halves[] = {0x3c00, 0xc000, 0x0001, 0x7bff}, bf16s[] = {0x3f80, 0xc000, 0x0001, 0x7f7f};
  const uint8_t e4m3[] = {0x38, 0xb8, 0x01, 0x7e}, e5m2[] = {0x3c, 0xbc, 0x01, 0x7b};
  const float f32[] = {1.5f, -0.0f, 1e-40f, 3e38f};
  float out[4];
  DequantizeRow(DType::kF16, halves, 4, out);
  EXPECT_EQ(std::vector<float>(out, out + 4), (std::vector<float>{1, -2, 0x1p-24f, 65504}));
  DequantizeRow(DType::kBF16, bf16s, 4, out);
  EXPECT_EQ(std::vector<float>(out, out + 4), (std::vector<float>{1, -2, 0x1p-133f, 0x1.fep127f}));
  DequantizeRow(DType::kF8E4M3, e4m3, 4, out);
  EXPECT_EQ(std::vector<float>(out, out + 4), (std::vector<float>{1, -1, 0x1p-9f, 448}));
  DequantizeRow(DType::kF8E5M2, e5m2, 4, out);
  EXPECT_EQ(std::vector<float>(out, out + 4), (std::vector<float>{1, -1, 0x1p-16f, 57344}));
  DequantizeRow(DType::kF32, f32, 4, out);
  EXPECT_EQ(std::memcmp(out, f32, sizeof(f32)), 0);
}

TEST(KScalesTest, PackingRoundTrips) {
  uint8_t scales[8], mins[8], packed[12], scales2[8], mins2[8];
  for (int round = 0; round < 64; ++round) {
    for (int g = 0; g < 8; ++g) {
      scales[g] = static_cast<uint8_t>((round + 9 * g) & 63);
      mins[g] = static_cast<uint8_t>((3 * round + 23 * g) & 63);
    }
    PackScalesAndMins(scales, mins, packed);
    UnpackScalesAndMins(packed, scales2, mins2);
    EXPECT_EQ(std::memcmp(scales, scales2, 8), 0);
    EXPECT_EQ(std::memcmp(mins, mins2, 8), 0);
  }
}

}  // namespace
}  // namespace r1::quant
