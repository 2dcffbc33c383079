#include "base/log.h"

#include <gtest/gtest.h>

#include <regex>
#include <vector>

namespace r1 {
namespace {

class LogTest : public ::testing::Test {
 protected:
  LogTest() : level_before_(MinLogLevel()) {
    SetLogSink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~LogTest() override {
    SetLogSink({});
    SetMinLogLevel(level_before_);
  }
  LogLevel level_before_;
  std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesOneStampedLinePerMessage) {
  SetMinLogLevel(LogLevel::kInfo);
  LOG(Info) << "resumed from step " << 12;
  LOG(Error) << "disk \x1b full";
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_TRUE(std::regex_match(lines_[0], std::regex(R"(\d\d:\d\d:\d\d\.\d\d\d I resumed from step 12\n)"))) << lines_[0];
  EXPECT_TRUE(lines_[1].ends_with(" E disk ? full\n"));
}

TEST_F(LogTest, HiddenLevelsDoNotEvaluateTheirOperands) {
  SetMinLogLevel(LogLevel::kWarning);
  int evaluated = 0;
  LOG(Info) << ++evaluated;
  LOG(Warning) << ++evaluated;
  EXPECT_EQ(evaluated, 1);
  EXPECT_EQ(lines_.size(), 1u);
}

TEST_F(LogTest, KnowsTheNamesOfLevels) {
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("debug", level));
  EXPECT_EQ(level, LogLevel::kDebug);
  EXPECT_FALSE(ParseLogLevel("loud", level));
  EXPECT_EQ(level, LogLevel::kDebug);
}

}  // namespace
}  // namespace r1
