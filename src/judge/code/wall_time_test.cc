// A run's verdict does not depend on what else its machine, or its machine's host, does.
#include "judge/code/supervisor/wall_time.h"

#include <gtest/gtest.h>

namespace r1::supervisor {
namespace {

constexpr int64_t kSecond = 1'000'000, kLimit = 4 * kSecond;
constexpr MachineTicks kStart = {1000, 70};

auto Reads(MachineTicks ticks) {
  return [ticks] { return ticks; };
}

TEST(WallTimeTest, ReadsWhatTheProcessorsDid) {
  const MachineTicks ticks = ParseMachineTicks("cpu  10 2 300 4000 50000 600000 7000000 80000000 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
  EXPECT_EQ(ticks.busy, 10 + 2 + 300 + 600000 + 7000000);
  EXPECT_EQ(ticks.stolen, 80000000);
  for (const char* line : {"", "cpu", "cpu 1 2 3", "intr 1 2 3 4 5 6 7 8"}) EXPECT_EQ(ParseMachineTicks(line).busy, 0) << line;
}

TEST(WallTimeTest, AMachineOfItsOwnHoldsARunToTheLimit) {
  const WallTime wall(5 * kSecond, kStart);
  EXPECT_FALSE(wall.Over(5 * kSecond + kLimit - 1, kLimit, Reads({2000, 70})));
  EXPECT_TRUE(wall.Over(5 * kSecond + kLimit, kLimit, Reads({2000, 70})));
  EXPECT_TRUE(wall.Over(5 * kSecond + kLimit, kLimit, Reads(kStart))) << "asleep";
}

TEST(WallTimeTest, TimeWithoutAProcessorDoesNotCount) {
  WallTime wall(0, kStart);
  wall.Look(3 * kSecond, 2 * kSecond);
  EXPECT_FALSE(wall.Over(kLimit + 2 * kSecond - 1, kLimit, Reads(kStart)));
  EXPECT_TRUE(wall.Over(kLimit + 2 * kSecond, kLimit, Reads(kStart)));
  wall.Look(4 * kSecond, 10 * kSecond);  // several processes: no more than the time that passed
  EXPECT_TRUE(wall.Over(kLimit + 3 * kSecond, kLimit, Reads(kStart)));
  wall.Look(5 * kSecond, 0);  // one has ended
  EXPECT_TRUE(wall.Over(kLimit + 3 * kSecond, kLimit, Reads(kStart)));
}

TEST(WallTimeTest, NorDoesTheShareThatTheHostTook) {
  const WallTime wall(0, kStart);
  const MachineTicks half = {kStart.busy + 500, kStart.stolen + 500};
  EXPECT_FALSE(wall.Over(2 * kLimit - 2, kLimit, Reads(half)));
  EXPECT_TRUE(wall.Over(2 * kLimit, kLimit, Reads(half)));
  const WallTime blind(0, {});
  EXPECT_TRUE(blind.Over(kLimit, kLimit, Reads(half))) << "what was stolen before the run is not the run's";
}

TEST(WallTimeTest, TheMachineIsReadOnlyWhereItDecides) {
  const WallTime wall(0, kStart);
  int reads = 0;
  const auto counted = [&] { return ++reads, kStart; };
  EXPECT_FALSE(wall.Over(kLimit - 1, kLimit, counted));
  EXPECT_TRUE(wall.Over(kStretch * kLimit, kLimit, counted));
  EXPECT_EQ(reads, 0);
  EXPECT_TRUE(wall.Over(kLimit, kLimit, counted));
  EXPECT_EQ(reads, 1);
}

TEST(WallTimeTest, AndAllThatHasAnEnd) {
  const WallTime wall(0, kStart);
  const MachineTicks all = {kStart.busy, kStart.stolen + 5000};
  EXPECT_FALSE(wall.Over(kStretch * kLimit - 1, kLimit, Reads(all)));
  EXPECT_TRUE(wall.Over(kStretch * kLimit, kLimit, Reads(all)));
}

}  // namespace
}  // namespace r1::supervisor
