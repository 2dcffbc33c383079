#include "train/lr_schedule.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

TEST(LrScheduleTest, WarmsUpLinearlyToThePeakAndNeverStartsAtZero) {
  const LrSchedule schedule{1e-2, 4, LrDecay::kConstant, 1.0};
  EXPECT_FLOAT_EQ(schedule.At(0, 100), 2.5e-3f);
  EXPECT_FLOAT_EQ(schedule.At(1, 100), 5e-3f);
  EXPECT_FLOAT_EQ(schedule.At(3, 100), 1e-2f);
  EXPECT_FLOAT_EQ(schedule.At(4, 100), 1e-2f);
  EXPECT_FLOAT_EQ(schedule.At(99, 100), 1e-2f);
}

TEST(LrScheduleTest, DecaysFromThePeakToTheFinalFraction) {
  for (const LrDecay decay : {LrDecay::kCosine, LrDecay::kLinear}) {
    const LrSchedule schedule{1e-2, 0, decay, 0.1};
    EXPECT_FLOAT_EQ(schedule.At(0, 100), 1e-2f);
    EXPECT_FLOAT_EQ(schedule.At(50, 100), 5.5e-3f) << "half way both are half way";
    EXPECT_FLOAT_EQ(schedule.At(100, 100), 1e-3f);
    EXPECT_FLOAT_EQ(schedule.At(1000, 100), 1e-3f) << "past the end it stays";
    for (int64_t step = 1; step <= 100; ++step) EXPECT_LT(schedule.At(step, 100), schedule.At(step - 1, 100));
  }
}

TEST(LrScheduleTest, AWarmUpLongerThanTheRunIsOnlyWarmUp) {
  const LrSchedule schedule{1e-2, 10, LrDecay::kCosine, 0};
  EXPECT_FLOAT_EQ(schedule.At(4, 5), 5e-3f);
  EXPECT_FLOAT_EQ(schedule.At(10, 5), 1e-2f);
}

TEST(LrScheduleTest, RefusesWhatCannotBeMeant) {
  EXPECT_THROW((LrSchedule{0, 1, LrDecay::kCosine, 0}.Validate()), Error);
  EXPECT_THROW((LrSchedule{2, 1, LrDecay::kCosine, 0}.Validate()), Error);
  EXPECT_THROW((LrSchedule{1e-3, -1, LrDecay::kCosine, 0}.Validate()), Error);
  EXPECT_THROW((LrSchedule{1e-3, 1, LrDecay::kCosine, 1.5}.Validate()), Error);
  EXPECT_THROW((LrSchedule{1e-3, 1, LrDecay::kLinear, 1}.Validate()), Error) << "a decay to the peak";
  EXPECT_NO_THROW((LrSchedule{1e-3, 1, LrDecay::kConstant, 1}.Validate()));
}

}  // namespace
}  // namespace r1
