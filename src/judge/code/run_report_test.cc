#include "judge/code/run_report.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

const std::string kHead = "r1-run 1\nlimit cpu\nexit_code -1\nsignal 9\ncpu_us 2000000\nwall_us 2100000\npeak_bytes 4096\n";

TEST(RunReportTest, ReadsWhatTheSupervisorWrites) {
  const auto report = ParseRunReport(kHead + "file_bytes 3\n\nabc");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->limit, RunLimit::kCpu);
  EXPECT_EQ(report->exit_code, -1);
  EXPECT_EQ(report->signal, 9);
  EXPECT_EQ(report->cpu_us, 2000000);
  EXPECT_EQ(report->wall_us, 2100000);
  EXPECT_EQ(report->peak_bytes, 4096);
  EXPECT_EQ(report->file, "abc");
  EXPECT_FALSE(ParseRunReport(kHead + "file_bytes -1\n\n")->file);
  EXPECT_EQ(ParseRunReport(kHead + "file_bytes 0\n\n")->file, "");
}

TEST(RunReportTest, APartOfAReportIsNone) {
  const std::string whole = kHead + "file_bytes 3\n\nabc";
  for (size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(ParseRunReport(whole.substr(0, length))) << length;
  EXPECT_FALSE(ParseRunReport(whole + "d"));
  EXPECT_FALSE(ParseRunReport("r1-run 2" + whole.substr(8)));
}

}  // namespace
}  // namespace r1
