#include "checkpoint/training_checkpoint.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "base/sha256.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

class TrainingCheckpointTest : public ::testing::Test {
 protected:
  void Write(int64_t step, const std::string& state = "state") {
    CheckpointWriter writer(StepCheckpointDir(root_, step));
    Fill(writer, step, state);
    writer.Commit();
  }
  void Fill(CheckpointWriter& writer, int64_t step, const std::string& state) {
    Tensor t = Tensor::Empty(*allocator_, {1000});
    for (int i = 0; i < 1000; ++i) t.f32()[i] = static_cast<float>(step) + static_cast<float>(i);
    writer.AddTensors("model.safetensors", {{"w", t}});
    writer.AddText("state.json", state);
    AtomicWriteFile(writer.AddPath("own.bin"), "own");
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  // Looking at the folder takes some microseconds: time for the child to go on.
  size_t NumNames() const { return static_cast<size_t>(std::distance(fs::directory_iterator(root_), fs::directory_iterator())); }

  std::shared_ptr<Allocator> allocator_ = Allocator::Create();
  ScratchFolder folder_;
  const std::string& base_ = folder_.path();
  const std::string root_ = base_ + "/run/checkpoints";
};

TEST_F(TrainingCheckpointTest, WhatIsWrittenIsReadBack) {
  Write(123, "hello");
  EXPECT_EQ(Names(), std::vector<std::string>{"step-000123"});
  const auto reader = CheckpointReader::Open(root_ + "/step-000123");
  EXPECT_EQ(reader.ReadText("state.json"), "hello");
  EXPECT_EQ(reader.ReadText("own.bin"), "own");
  EXPECT_EQ(reader.Tensors("model.safetensors").Get("w").f32()[2], 125.f);
  EXPECT_EQ(reader.sha256().at("state.json"), Sha256Hex("hello"));
  MessageOf([&] { reader.Path("absent"); }, ErrorCode::kNotFound);
  // Anyone can check it without us.
  EXPECT_EQ(std::system(("cd " + root_ + "/step-000123 && sha256sum -c --quiet SHA256SUMS >/dev/null").c_str()), 0);
}

TEST_F(TrainingCheckpointTest, NothingRemainsOfAnUnfinishedOne) {
  {
    CheckpointWriter writer(StepCheckpointDir(root_, 1));
    Fill(writer, 1, "x");
  }
  EXPECT_TRUE(Names().empty());
  EXPECT_FALSE(FindLatestCheckpoint(root_).checkpoint.has_value());
  EXPECT_FALSE(FindLatestCheckpoint(base_ + "/absent").checkpoint.has_value());
}

TEST_F(TrainingCheckpointTest, AnotherWriteOfTheSameStepReplacesIt) {
  Write(1, "first");
  Write(1, "second");
  EXPECT_EQ(Names(), std::vector<std::string>{"step-000001"});
  EXPECT_EQ(CheckpointReader::Open(root_ + "/step-000001").ReadText("state.json"), "second");
}

TEST_F(TrainingCheckpointTest, DamageIsFoundAndTheOneBeforeIsUsed) {
  using Damage = std::function<void(const std::string& dir)>;
  const std::vector<std::pair<std::string, Damage>> cases = {
      {"model.safetensors", [](const std::string& d) { fs::resize_file(d + "/model.safetensors", 100); }},
      {"state.json", [](const std::string& d) { std::ofstream(d + "/state.json") << "other"; }},
      {"own.bin", [](const std::string& d) { fs::remove(d + "/own.bin"); }},
      {"SHA256SUMS", [](const std::string& d) { fs::remove(d + "/SHA256SUMS"); }},
      {"SHA256SUMS", [](const std::string& d) { fs::resize_file(d + "/SHA256SUMS", 90); }},
      {"SHA256SUMS",
       [](const std::string& d) { std::ofstream(d + "/SHA256SUMS") << std::string(64, '0') << "  ../../etc/passwd\n"; }},
      {"SHA256SUMS", [](const std::string& d) { std::ofstream(d + "/SHA256SUMS") << "nonsense\n"; }},
  };
  for (const auto& [name, damage] : cases) {
    Write(1, "good");
    Write(2, "newer");
    damage(root_ + "/step-000002");
    const std::string message = MessageOf([&] { CheckpointReader::Open(root_ + "/step-000002"); }, ErrorCode::kDataLoss);
    EXPECT_NE(message.find(name), std::string::npos) << message;
    const LatestCheckpoint latest = FindLatestCheckpoint(root_);
    ASSERT_TRUE(latest.checkpoint.has_value());
    EXPECT_EQ(latest.step, 1);
    EXPECT_EQ(latest.checkpoint->ReadText("state.json"), "good");
    EXPECT_EQ(latest.skipped, std::vector<std::string>{message});
  }
}

TEST_F(TrainingCheckpointTest, LeftoversAndForeignNamesAreIgnored) {
  Write(7);
  for (const char* name : {"step-000009.tmp-1-0", "step-", "step-12x", "step-8", "notes"})
    fs::create_directories(root_ + "/" + name);
  const LatestCheckpoint latest = FindLatestCheckpoint(root_);
  EXPECT_EQ(latest.step, 7);
  EXPECT_TRUE(latest.skipped.empty());
  PruneCheckpoints(root_, 1);
  EXPECT_FALSE(fs::exists(root_ + "/step-000009.tmp-1-0"));
  EXPECT_TRUE(fs::exists(root_ + "/notes"));
}

TEST_F(TrainingCheckpointTest, PruningKeepsTheNewest) {
  for (const int64_t step : {1, 2, 10, 1'000'000}) Write(step);
  PruneCheckpoints(root_, 2);
  EXPECT_EQ(ListCheckpointSteps(root_), (std::vector<int64_t>{10, 1'000'000}));
  EXPECT_EQ(Names(), (std::vector<std::string>{"step-000010", "step-1000000"}));
  PruneCheckpoints(root_, 5);
  EXPECT_EQ(ListCheckpointSteps(root_).size(), 2u);
}

TEST_F(TrainingCheckpointTest, AFullDiskKeepsTheLastGoodOne) {
  Write(1, "good");
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{2000, before.rlim_max};  // the tensors need 4000 bytes
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = MessageOf([&] { Write(2); }, ErrorCode::kResourceExhausted);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_NE(message.find("model.safetensors"), std::string::npos) << message;
  EXPECT_EQ(Names(), std::vector<std::string>{"step-000001"});
  EXPECT_EQ(FindLatestCheckpoint(root_).checkpoint->ReadText("state.json"), "good");
}

TEST_F(TrainingCheckpointTest, AnUnwritableFolderIsAClearError) {
  AtomicWriteFile(base_ + "/file", "not a folder");
  try {
    CheckpointWriter writer(base_ + "/file/step-000001");
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(base_ + "/file"), std::string::npos) << e.what();
  }
}

TEST_F(TrainingCheckpointTest, TheNextWriterRemovesWhatADeadOneLeftButNothingOfALivingOne) {
  fs::create_directories(root_ + "/step-000003.tmp-1-0/deep");
  fs::create_directories(root_ + "/step-000004.tmp-1-0");
  CheckpointWriter living(StepCheckpointDir(root_, 3));
  EXPECT_FALSE(fs::exists(root_ + "/step-000003.tmp-1-0"));
  EXPECT_TRUE(fs::exists(root_ + "/step-000004.tmp-1-0")) << "another name's";
  PruneCheckpoints(root_, 1);
  EXPECT_FALSE(fs::exists(root_ + "/step-000004.tmp-1-0"));
  Fill(living, 3, "living");
  Write(3, "quicker");
  living.Commit();
  EXPECT_EQ(FindLatestCheckpoint(root_).checkpoint->ReadText("state.json"), "living");
}

// Killed at any moment, a writer leaves either the old or the new checkpoint, whole.
TEST_F(TrainingCheckpointTest, KillingTheWriterNeverLeavesADamagedCheckpoint) {
  Write(1, "good");
  for (int round = 0; round < 20; ++round) {
    int progress[2];
    ASSERT_EQ(::pipe(progress), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      for (int64_t step = 2;; ++step) {
        CheckpointWriter writer(StepCheckpointDir(root_, step));
        Fill(writer, step, "newer");
        (void)!::write(progress[1], "x", 1);
        writer.Commit();
      }
    }
    // The child is somewhere in its second or third checkpoint by now; each round waits a little longer.
    char byte;
    for (int i = 0; i < 2; ++i) ASSERT_EQ(::read(progress[0], &byte, 1), 1);
    for (int spin = 0; spin < round * 20; ++spin) (void)NumNames();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(progress[0]);
    ::close(progress[1]);
    const LatestCheckpoint latest = FindLatestCheckpoint(root_);
    ASSERT_TRUE(latest.checkpoint.has_value());
    EXPECT_TRUE(latest.skipped.empty()) << latest.skipped[0];
    PruneCheckpoints(root_, 1);
    EXPECT_EQ(Names().size(), 1u);
  }
}

}  // namespace
}  // namespace r1
