#include "base/metrics_log.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"

namespace r1 {
namespace {

class MetricsLogTest : public ::testing::Test {
 protected:
  MetricsLogTest() : path_(::testing::TempDir() + "r1_metrics_log_test.jsonl") { std::filesystem::remove(path_); }
  ~MetricsLogTest() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(MetricsLogTest, DropsWhatTheResumedRunWillWriteAgain) {
  {
    MetricsLog log(path_, -1);
    for (int step = 0; step < 5; ++step) log.Append("{\"step\":" + std::to_string(step) + "}");
  }
  {
    MetricsLog log(path_, 2);
    log.Append("{\"step\":3,\"again\":true}");
    log.Sync();
  }
  EXPECT_EQ(ReadFile(path_), "{\"step\":0}\n{\"step\":1}\n{\"step\":2}\n{\"step\":3,\"again\":true}\n");
  { MetricsLog log(path_, -1); }
  EXPECT_EQ(ReadFile(path_), "");
}

TEST_F(MetricsLogTest, CutsATornLine) {
  for (const char* tail :
       {"{\"step\":1", "{\"step\":1}", "{\"ste\n{\"step\":1}\n", "{\"stop\":1}\n", "[1]\n", "{\"step\":\"1\"}\n", "\xff\n"}) {
    AtomicWriteFile(path_, std::string("{\"step\":0,\"x\":1}\n") + tail);
    { MetricsLog log(path_, 100); }
    EXPECT_EQ(ReadFile(path_), "{\"step\":0,\"x\":1}\n") << tail;
  }
}

TEST_F(MetricsLogTest, AFullDiskLeavesNoHalfLine) {
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  MetricsLog log(path_, -1);
  log.Append("{\"step\":0}");
  rlimit tight = before;
  tight.rlim_cur = 20;
  setrlimit(RLIMIT_FSIZE, &tight);
  ErrorCode code{};
  try {
    log.Append("{\"step\":1,\"loss\":0.123456789}");
  } catch (const Error& error) {
    code = error.code();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(ReadFile(path_), "{\"step\":0}\n");
  log.Append("{\"step\":1}");
  EXPECT_EQ(ReadFile(path_), "{\"step\":0}\n{\"step\":1}\n");
}

}  // namespace
}  // namespace r1
