#include "eval/intervals.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

// Reference values: the formula in Python's double arithmetic.
TEST(WilsonIntervalTest, EqualsReferenceValues) {
  const Interval half = WilsonInterval(5, 10);
  EXPECT_NEAR(half.low, 0.236593, 1e-6);
  EXPECT_NEAR(half.high, 0.763407, 1e-6);
  const Interval none = WilsonInterval(0, 10);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.2775328, 1e-6);
  const Interval all = WilsonInterval(10, 10);
  EXPECT_NEAR(all.low, 0.7224672, 1e-6);
  EXPECT_EQ(all.high, 1);
}

TEST(WilsonIntervalTest, RefusesImpossibleCounts) {
  EXPECT_THROW(WilsonInterval(1, 0), Error);
  EXPECT_THROW(WilsonInterval(3, 2), Error);
}

TEST(BootstrapMeanIntervalTest, IsAPureFunctionOfItsArguments) {
  const std::vector<double> values = {0, 1, 1, 0, 0.5, 1, 0.25, 0.75};
  const Interval a = BootstrapMeanInterval(values, 7);
  const Interval b = BootstrapMeanInterval(values, 7);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_LT(a.low, 0.5625);
  EXPECT_GT(a.high, 0.5625);
}

TEST(BootstrapMeanIntervalTest, OfAConstantIsThatConstant) {
  const Interval interval = BootstrapMeanInterval(std::vector<double>{0.5, 0.5, 0.5}, 1);
  EXPECT_EQ(interval.low, 0.5);
  EXPECT_EQ(interval.high, 0.5);
}

TEST(BootstrapMeanIntervalTest, CoversTheTrueMeanAsOftenAsPromised) {
  int64_t covered = 0;
  constexpr int64_t kRounds = 200;
  for (int64_t round = 0; round < kRounds; ++round) {
    Rng rng(RngKey({11, static_cast<uint64_t>(round)}));
    std::vector<double> values;
    for (int i = 0; i < 60; ++i) values.push_back(rng.Uniform());
    const Interval interval = BootstrapMeanInterval(values, static_cast<uint64_t>(round), 0.9, 400);
    covered += interval.low <= 0.5 && 0.5 <= interval.high;
  }
  EXPECT_NEAR(static_cast<double>(covered) / kRounds, 0.9, 0.06);
}

TEST(BootstrapMeanIntervalTest, RefusesNothingToResample) { EXPECT_THROW(BootstrapMeanInterval({}, 1), Error); }

TEST(MeanShareIntervalTest, NoneRightIsNoCertainty) {
  const std::vector<double> none(8, 0.0), all(8, 1.0), mixed{1, 0.5, 0, 0};
  EXPECT_EQ(MeanShareInterval(none, 1).low, 0);
  EXPECT_NEAR(MeanShareInterval(none, 1).high, 0.3244, 1e-4);  // Wilson's for 0 of 8
  EXPECT_NEAR(MeanShareInterval(all, 1).low, 1 - 0.3244, 1e-4);
  EXPECT_EQ(MeanShareInterval(mixed, 1).high, BootstrapMeanInterval(mixed, 1).high);
}

TEST(MeanShareIntervalTest, EqualSharesAreNoCertaintyEither) {
  for (const auto& [share, questions] : {std::pair(0.75, 1), std::pair(0.5, 2), std::pair(0.304, 20)}) {
    const Interval interval = MeanShareInterval(std::vector<double>(static_cast<size_t>(questions), share), 1);
    const Interval wilson = WilsonInterval(share * questions, questions);
    EXPECT_NEAR(interval.low, wilson.low, 1e-12);
    EXPECT_NEAR(interval.high, wilson.high, 1e-12);
    EXPECT_GT(interval.high - interval.low, 0.3) << questions << " questions";
  }
}

}  // namespace
}  // namespace r1
