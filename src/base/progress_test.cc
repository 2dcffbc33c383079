#include "base/progress.h"

#include <gtest/gtest.h>

#include <vector>

namespace r1 {
namespace {

class ProgressTest : public ::testing::Test {
 protected:
  Terminal Live(int width = 200) {
    return Terminal(true, false, width, [this](std::string_view text) { written_.emplace_back(text); });
  }
  Terminal Plain() {
    return Terminal(false, false, 80, [this](std::string_view text) { written_.emplace_back(text); });
  }
  Progress::Clock Clock() {
    return [this] { return now_; };
  }

  double now_ = 100;
  std::vector<std::string> written_;
};

TEST_F(ProgressTest, RedrawsAtMostTenTimesASecond) {
  Progress progress(Live(), {.title = "t", .total = 1000}, Clock());
  for (int i = 1; i <= 1000; ++i) {
    now_ += 0.001;
    progress.Update(i);
  }
  EXPECT_GE(written_.size(), 9u);
  EXPECT_LE(written_.size(), 10u);
}

TEST_F(ProgressTest, ShowsRateAndTimeLeft) {
  Progress progress(Live(), {.title = "train", .total = 100}, Clock());
  for (int i = 1; i <= 50; ++i) {
    now_ += 0.5;
    progress.Update(i, "loss 1.5");
  }
  ASSERT_FALSE(written_.empty());
  EXPECT_NE(written_.back().find("██████████░░░░░░░░░░ 50/100 2.00 step/s 25 s left  loss 1.5"), std::string::npos)
      << written_.back();
  EXPECT_TRUE(written_.back().starts_with("\r"));
}

TEST_F(ProgressTest, WorkDoneBeforeAResumeDoesNotCountTowardsTheRate) {
  Progress progress(Plain(), {.title = "train", .total = 1000, .start = 900}, Clock());
  now_ += 10;
  progress.Update(910);
  ASSERT_EQ(written_.size(), 1u);
  EXPECT_EQ(written_[0], "train  910/1000  10 s  1.00 step/s  1m30s left\n");
}

TEST_F(ProgressTest, FitsTheWidthOfTheTerminal) {
  Progress progress(Live(40), {.title = "train", .total = 100}, Clock());
  now_ += 1;
  progress.Update(50, "a long description that cannot fit into forty columns");
  ASSERT_EQ(written_.size(), 1u);
  std::string_view line = written_[0];
  line.remove_prefix(1);
  EXPECT_EQ(DisplayWidth(line), 39);
}

TEST_F(ProgressTest, TheBarGivesWayToWhatIsSaid) {
  const std::string what = "loss 2.833  301.7k tokens/s";
  Progress progress(Live(72), {.title = "base", .total = 391}, Clock());
  now_ += 1;
  progress.Update(89, what);
  ASSERT_EQ(written_.size(), 1u);
  EXPECT_NE(written_[0].find(what), std::string::npos) << written_[0];
  EXPECT_NE(written_[0].find("░"), std::string::npos) << written_[0];
  EXPECT_LE(DisplayWidth(written_[0]), 72) << written_[0];
}

TEST_F(ProgressTest, PrintsPlainLinesEveryFewSecondsWithoutATerminal) {
  {
    Progress progress(Plain(), {.title = "train", .total = 100, .unit = "tok"}, Clock());
    for (int i = 1; i <= 100; ++i) {
      now_ += 0.12;
      progress.Update(i, "x\ny");
    }
    progress.Print("a line");
    progress.Finish("done");
    progress.Finish("done");
  }
  ASSERT_EQ(written_.size(), 4u);  // at 5 s and at 10 s, the printed line, and the end
  EXPECT_EQ(written_[0].find("train  42/100  5.0 s  8.33 tok/s  7.0 s left  x y\n"), 0u) << written_[0];
  EXPECT_EQ(written_[2], "a line\n");
  EXPECT_EQ(written_[3], "train  100/100 in 12 s  8.33 tok/s  done\n");
  for (const std::string& text : written_) EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST_F(ProgressTest, PrintedLinesStayAboveTheLiveLine) {
  {
    Progress progress(Live(), {.title = "t"}, Clock());
    now_ += 1;
    progress.Update(1);
    progress.Print("sample\n");
    ASSERT_EQ(written_.size(), 4u);
    EXPECT_EQ(written_[1], "\r\x1b[K");
    EXPECT_EQ(written_[2], "sample\n");
    EXPECT_TRUE(written_[3].starts_with("\rt 1"));
  }
  EXPECT_EQ(written_.back(), "\r\x1b[K");  // an abandoned live line is cleared
}

TEST(FormatTest, DurationsAndQuantitiesReadWell) {
  EXPECT_EQ(FormatDuration(0.04), "0.0 s");
  EXPECT_EQ(FormatDuration(9.96), "10 s");
  EXPECT_EQ(FormatDuration(59.6), "1m00s");
  EXPECT_EQ(FormatDuration(185), "3m05s");
  EXPECT_EQ(FormatDuration(7620), "2h07m");
  EXPECT_EQ(FormatDuration(356400), "4d03h");
  EXPECT_EQ(FormatDuration(-1), "?");
  EXPECT_EQ(FormatQuantity(0), "0.00");
  EXPECT_EQ(FormatQuantity(0.854), "0.85");
  EXPECT_EQ(FormatQuantity(37941), "37.9k");
  EXPECT_EQ(FormatQuantity(999.6), "1.00k");
  EXPECT_EQ(FormatQuantity(999.4), "999");
  EXPECT_EQ(FormatQuantity(1.2e6), "1.20M");
}

}  // namespace
}  // namespace r1
