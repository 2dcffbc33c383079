#include "train/advantage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace r1 {
namespace {

TEST(AdvantageTest, AGroupOfTwoIsOneUpAndOneDown) {
  const std::vector<float> rewards{1, 0};
  const GroupAdvantages scaled = ComputeGroupAdvantages(rewards, 2, true);
  EXPECT_NEAR(scaled.advantages[0], 0.5 / (std::sqrt(0.5) + 1e-4), 1e-6);
  EXPECT_EQ(scaled.advantages[1], -scaled.advantages[0]);
  const GroupAdvantages plain = ComputeGroupAdvantages(rewards, 2, false);
  EXPECT_EQ(plain.advantages, (std::vector<float>{0.5f, -0.5f}));
}

TEST(AdvantageTest, EqualRewardsTeachExactlyNothing) {
  const std::vector<float> rewards{0.1f, 0.1f, 0.1f, 1, 0, 0};
  const GroupAdvantages got = ComputeGroupAdvantages(rewards, 3, true);
  EXPECT_EQ(got.groups_without_variance, 1);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(got.advantages[i], 0.0f);
  EXPECT_GT(got.advantages[3], 0);
}

TEST(AdvantageTest, AbsentRewardsAreLeftOutAndAnAllAbsentGroupIsZero) {
  const std::vector<float> rewards{NAN, NAN, NAN, NAN, 1, NAN, 0, NAN, NAN, 1, NAN, NAN};
  const GroupAdvantages got = ComputeGroupAdvantages(rewards, 4, true);
  EXPECT_EQ(got.groups_without_variance, 2) << "nobody judged, and only one judged";
  for (size_t i : {0, 1, 2, 3, 5, 7, 8, 9, 10, 11}) EXPECT_EQ(got.advantages[i], 0.0f) << i;
  EXPECT_NEAR(got.advantages[4], 0.5 / (std::sqrt(0.5) + 1e-4), 1e-6) << "mean and std of the two that were judged";
  EXPECT_EQ(got.advantages[6], -got.advantages[4]);
}

TEST(AdvantageTest, MomentsAreThoseOfTheRewardsThatAreThere) {
  const GroupMoments some = MomentsOf(std::vector<float>{1, NAN, 0, 0.5f});
  EXPECT_EQ(some.mean, 0.5);
  EXPECT_EQ(some.std, 0.5) << "of the sample: divided by one less than their number";
  EXPECT_EQ(MomentsOf(std::vector<float>{NAN, 3}).std, 0);
  EXPECT_EQ(MomentsOf(std::vector<float>{NAN, NAN}).mean, 0);
}

TEST(AdvantageTest, RewardsMustBeWholeGroupsOfAtLeastTwo) {
  const std::vector<float> rewards{1, 0, 1};
  EXPECT_THROW(ComputeGroupAdvantages(rewards, 2, true), Error);
  EXPECT_THROW(ComputeGroupAdvantages(rewards, 1, true), Error);
}

}  // namespace
}  // namespace r1
