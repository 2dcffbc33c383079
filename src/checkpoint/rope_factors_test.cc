#include "checkpoint/rope_factors.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

HfConfig Llama3(double factor, double low, double high, int64_t context, int64_t head_dim, double theta) {
  HfConfig config;
  config.head_dim = head_dim;
  config.rope_theta = theta;
  config.rope_scaling = RopeScaling{.type = "llama3",
                                    .factor = factor,
                                    .original_max_position_embeddings = context,
                                    .low_freq_factor = low,
                                    .high_freq_factor = high};
  return config;
}

TEST(RopeFactorsTest, TheScalingThatMadeThemIsFound) {
  const HfConfig cases[] = {Llama3(8, 1, 4, 8192, 128, 500000),  // Llama 3.1
                            Llama3(32, 1, 4, 8192, 64, 500000),  // Llama 3.2
                            Llama3(8, 1, 4, 16, 16, 500000), Llama3(4, 1, 4, 4096, 128, 10000), Llama3(8, 1, 8, 8192, 128, 500000)};
  for (const HfConfig& config : cases) {
    const auto found = Llama3OfRopeFactors(RopeFactorsOfLlama3(config), config.rope_theta);
    ASSERT_TRUE(found) << *config.rope_scaling->original_max_position_embeddings;
    EXPECT_EQ(found->factor, config.rope_scaling->factor);
    EXPECT_EQ(found->high_freq_factor, config.rope_scaling->high_freq_factor);
    EXPECT_EQ(found->original_max_position_embeddings, config.rope_scaling->original_max_position_embeddings);
  }
}

TEST(RopeFactorsTest, ScalingsThatGiveTheSameFactorsCountAsFound) {
  const HfConfig doubled = Llama3(8, 2, 8, 16384, 128, 500000);  // twice every bound
  const std::vector<float> factors = RopeFactorsOfLlama3(doubled);
  const auto found = Llama3OfRopeFactors(factors, 500000);
  ASSERT_TRUE(found);
  HfConfig again = doubled;
  again.rope_scaling = found;
  EXPECT_EQ(RopeFactorsOfLlama3(again), factors);
}

TEST(RopeFactorsTest, OtherFactorsAreNotGuessedAt) {
  EXPECT_FALSE(Llama3OfRopeFactors({}, 10000));
  EXPECT_FALSE(Llama3OfRopeFactors(std::vector<float>{1, 3, 2, 5}, 10000));
  EXPECT_FALSE(Llama3OfRopeFactors(std::vector<float>{0.5f, 0.5f, 0.5f, 0.5f}, 10000));
  std::vector<float> nearly = RopeFactorsOfLlama3(Llama3(8, 1, 4, 8192, 128, 500000));
  nearly[40] *= 1.001f;
  EXPECT_FALSE(Llama3OfRopeFactors(nearly, 500000));
}

}  // namespace
}  // namespace r1
