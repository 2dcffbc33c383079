// What is asked of a run is obeyed at the next step, whoever asks and whatever happens to the process; and nothing else stops a
// run.
#include "recipe/run_control.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "base/sha256.h"
#include "recipe/pipeline.h"

namespace r1 {
namespace {

const std::string kTiny = std::string(R1_SOURCE_DIR) + "/tests/e2e/tiny.toml";

class RunControlTest : public testing::Test {
 protected:
  std::string Train(PipelineOptions options = {}) {
    options.out = out_;
    try {
      Pipeline(LoadRecipe(kTiny, {}), options, Terminal(false, false, 80, [this](std::string_view text) { said_ += text; })).Run();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  // Waits, at most half a minute, for a state of the run.
  bool Reaches(RunPhase phase) {
    for (int i = 0; i < 3000; ++i) {
      try {
        if (ReadRunStatus(out_).phase == phase) return true;
      } catch (const Error&) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  ScratchFolder scratch_;
  std::string out_ = scratch_.path() + "/run", said_;
};

TEST_F(RunControlTest, APausedRunWaitsForTheWordAndEndsAsIfItHadNot) {
  ASSERT_EQ(Train(), "");
  const std::string whole = Sha256HexOfFile(out_ + "/stages/zero/model.safetensors");
  std::filesystem::remove_all(out_);
  std::filesystem::create_directories(out_);
  WriteRunCommand(out_, RunCommand::kPause);
  std::thread trainer([&] { EXPECT_EQ(Train(), ""); });
  EXPECT_TRUE(Reaches(RunPhase::kPaused));
  EXPECT_TRUE(RunIsActive(out_));
  EXPECT_EQ(FindLatestCheckpoint(out_ + "/checkpoints").step, 1) << "what ends a paused process costs nothing";
  WriteRunCommand(out_, RunCommand::kRun);
  trainer.join();
  EXPECT_EQ(Sha256HexOfFile(out_ + "/stages/zero/model.safetensors"), whole);
  EXPECT_EQ(ReadRunStatus(out_).phase, RunPhase::kDone);
  EXPECT_FALSE(RunIsActive(out_));
}

TEST_F(RunControlTest, AStopEndsOneSessionAndAPauseHoldsForTheNext) {
  EXPECT_NE(Train({.stop_after_step = 2}), "");
  EXPECT_EQ(ReadRunStatus(out_).phase, RunPhase::kStopped);
  WriteRunCommand(out_, RunCommand::kStop);  // meant for a session that had ended already
  EXPECT_NE(Train({.resume = true, .stop_after_step = 4}).find("step 4"), std::string::npos);
  WriteRunCommand(out_, RunCommand::kPause);
  std::thread trainer([&] { EXPECT_NE(Train({.resume = true}).find("stopped after step 5"), std::string::npos); });
  EXPECT_TRUE(Reaches(RunPhase::kPaused));
  WriteRunCommand(out_, RunCommand::kStop);
  trainer.join();
  EXPECT_NE(said_.find("paused after step 5"), std::string::npos) << said_;
  EXPECT_EQ(ReadRunCommand(out_), RunCommand::kRun) << "a stop is obeyed once";
  EXPECT_EQ(Train({.resume = true}), "");
}

TEST_F(RunControlTest, OnlyTheThreeWordsMeanAnything) {
  EXPECT_EQ(ReadRunCommand(scratch_.path()), RunCommand::kRun);
  scratch_.Write("control", "  pause \n");
  EXPECT_EQ(ReadRunCommand(scratch_.path()), RunCommand::kPause);
  for (const char* text : {"", "Pause", "pause now", "stop\0", "\xff\xfe"}) {
    scratch_.Write("control", text);
    EXPECT_EQ(ReadRunCommand(scratch_.path()), std::string_view(text) == "stop" ? RunCommand::kStop : RunCommand::kRun) << text;
  }
  std::filesystem::remove(scratch_.path() + "/control");
  ASSERT_EQ(::mkfifo((scratch_.path() + "/control").c_str(), 0600), 0);
  EXPECT_EQ(ReadRunCommand(scratch_.path()), RunCommand::kRun) << "and a pipe does not hold up the training";
}

TEST_F(RunControlTest, ABrokenStatusIsOneClearError) {
  for (const char* text : {"", "{", "[]", "{\"state\":\"dancing\"}", "{\"state\":3}"}) {
    scratch_.Write("status.json", text);
    try {
      ReadRunStatus(scratch_.path());
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("status.json"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace r1
