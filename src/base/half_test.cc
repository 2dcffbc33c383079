#include "base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/sha256.h"

namespace r1 {
namespace {

TEST(HalfTest, EveryHalfEqualsNumpysFloat) {
  std::vector<float> values;
  for (uint32_t h = 0; h < 65536; ++h)
    if ((h & 0x7fff) <= 0x7c00) values.push_back(HalfToFloat(static_cast<Half>(h)));
  EXPECT_EQ(Sha256Hex(values.data(), values.size() * sizeof(float)),  // printed by tests/golden/make_quant_golden.py
            "680bbc22915f61aa1bbfc7265bc3882a6aa42d299bfd2c571807196e5544de2e");
}

TEST(HalfTest, EveryHalfComesBack) {
  for (uint32_t h = 0; h < 65536; ++h) {
    const bool nan = (h & 0x7fff) > 0x7c00;
    const Half back = FloatToHalf(HalfToFloat(static_cast<Half>(h)));
    EXPECT_EQ(back, nan ? h | 0x200 : h) << h;  // a signalling NaN becomes quiet
    EXPECT_EQ(std::isnan(HalfToFloat(static_cast<Half>(h))), nan) << h;
  }
}

TEST(HalfTest, RoundsToNearestTiesToEven) {
  for (uint32_t h = 0; h < 0x7bff; ++h) {  // every gap between neighbours
    const float low = HalfToFloat(static_cast<Half>(h)), high = HalfToFloat(static_cast<Half>(h + 1));
    const float middle = low + (high - low) / 2;
    EXPECT_EQ(FloatToHalf(middle), h % 2 == 0 ? h : h + 1) << h;
    EXPECT_EQ(FloatToHalf(std::nextafter(middle, 0.0f)), h) << h;
    EXPECT_EQ(FloatToHalf(std::nextafter(middle, 1e9f)), h + 1) << h;
    EXPECT_EQ(FloatToHalf(-middle), 0x8000 | (h % 2 == 0 ? h : h + 1)) << h;
  }
  EXPECT_EQ(FloatToHalf(65519.996f), 0x7bff);
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7c00);
  EXPECT_EQ(FloatToHalf(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_EQ(FloatToHalf(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(HalfTest, RoundsLikeNumpy) {
  const std::string file = ReadFile(std::string(R1_SOURCE_DIR) + "/tests/golden/quant/rounding.bin");
  const size_t n = file.size() / 6;
  ASSERT_GT(n, 1000u);
  for (size_t i = 0; i < n; ++i) {
    float x;
    Half want;
    std::memcpy(&x, file.data() + 4 * i, 4);
    std::memcpy(&want, file.data() + 4 * n + 2 * i, 2);
    EXPECT_EQ(FloatToHalf(x), want) << x;
  }
}

TEST(Float8Test, EveryValueIsWhatTheFormatDefines) {
  for (int f = 0; f < 256; ++f) {
    const double sign = f & 0x80 ? -1 : 1;
    const int e4 = (f >> 3) & 15, m3 = f & 7, e5 = (f >> 2) & 31, m2 = f & 3;
    const float got4 = F8E4M3ToFloat(static_cast<uint8_t>(f)), got5 = F8E5M2ToFloat(static_cast<uint8_t>(f));
    if (e4 == 15 && m3 == 7) {
      EXPECT_TRUE(std::isnan(got4));
    } else {
      EXPECT_EQ(got4, sign * (e4 == 0 ? std::ldexp(m3, -9) : std::ldexp(8 + m3, e4 - 10))) << f;
      EXPECT_EQ(std::signbit(got4), (f & 0x80) != 0) << f;
    }
    if (e5 == 31) {
      EXPECT_TRUE(m2 == 0 ? std::isinf(got5) : std::isnan(got5)) << f;
    } else {
      EXPECT_EQ(got5, sign * (e5 == 0 ? std::ldexp(m2, -16) : std::ldexp(4 + m2, e5 - 17))) << f;
    }
  }
}

}  // namespace
}  // namespace r1
