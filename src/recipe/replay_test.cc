#include "recipe/replay.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "checkpoint/safetensors.h"
#include "recipe/rollout_file.h"

namespace r1 {
namespace {

// A rollout file of two prompts with two completions each, as WriteRollouts lays it out.
struct Stored {
  std::vector<int32_t> prompt_ids{1, 2, 3}, prompt_starts{0, 2, 3}, token_ids{4, 5, 6, 7, 8}, starts{0, 1, 3, 4, 5};
  std::vector<float> logprobs{-1, -2, -3, -4, -5}, rewards{0, 1, NAN, 0.5f}, advantages{-1, 1, 0, 0};

  void Write(const std::string& path) {
    const auto tensor = [](auto& values) {
      using T = typename std::remove_reference_t<decltype(values)>::value_type;
      return Tensor::Borrow(std::shared_ptr<void>(values.data(), [](void*) {}), values.data(),
                            {static_cast<int64_t>(values.size())}, kDTypeOf<T>);
    };
    WriteSafetensors(path, {{"prompt_ids", tensor(prompt_ids)},
                            {"prompt_starts", tensor(prompt_starts)},
                            {"token_ids", tensor(token_ids)},
                            {"starts", tensor(starts)},
                            {"logprobs", tensor(logprobs)},
                            {"rewards", tensor(rewards)},
                            {"advantages", tensor(advantages)}});
  }
};

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() { std::filesystem::create_directories(dir_ + "/rollouts"); }
  ~ReplayTest() override { std::filesystem::remove_all(dir_); }

  ErrorCode CodeOfReading(Stored stored, int64_t group_size = 2) {
    stored.Write(path_);
    try {
      ReadRollouts(path_, group_size);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path_), std::string::npos) << error.what();
      return error.code();
    }
    ADD_FAILURE() << "no error";
    return ErrorCode::kIo;
  }

  std::string dir_ = testing::TempDir() + "replay_test." + std::to_string(getpid());
  std::string path_ = dir_ + "/rollouts/step-000007.safetensors";
};

TEST_F(ReplayTest, ReadsWhatAStepStored) {
  Stored().Write(path_);
  const RolloutBatch batch = ReadRollouts(path_, 2);
  ASSERT_EQ(batch.groups.size(), 2u);
  EXPECT_EQ(batch.groups[0].prompt_ids, (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(batch.groups[0].rollouts[1].token_ids, (std::vector<int32_t>{5, 6}));
  EXPECT_EQ(batch.groups[0].rollouts[1].sampler_logprobs, (std::vector<float>{-2, -3}));
  EXPECT_EQ(batch.groups[0].rollouts[1].advantage, 1);
  EXPECT_FALSE(batch.groups[1].rollouts[0].reward.score.has_value());
  EXPECT_EQ(batch.groups[1].rollouts[1].reward.score, 0.5);
  EXPECT_TRUE(batch.groups[1].rollouts[1].ref_logprobs.empty());
}

TEST_F(ReplayTest, ContradictingLengthsAreDataLoss) {
  const auto with = [](auto change) {
    Stored stored;
    change(stored);
    return stored;
  };
  EXPECT_EQ(CodeOfReading(with([](Stored& s) { s.starts[2] = 9; })), ErrorCode::kDataLoss);
  EXPECT_EQ(CodeOfReading(with([](Stored& s) { s.starts[1] = -3; })), ErrorCode::kDataLoss);
  EXPECT_EQ(CodeOfReading(with([](Stored& s) { s.prompt_starts.back() = 4; })), ErrorCode::kDataLoss);
  EXPECT_EQ(CodeOfReading(with([](Stored& s) { s.logprobs.pop_back(); })), ErrorCode::kDataLoss);
  EXPECT_EQ(CodeOfReading(with([](Stored& s) { s.advantages.push_back(1); })), ErrorCode::kDataLoss);
  EXPECT_EQ(CodeOfReading(Stored(), 4), ErrorCode::kDataLoss);
}

TEST_F(ReplayTest, AFolderThatIsNoRunIsNotFound) { EXPECT_THROW(StoredRollouts(dir_ + "/rollouts"), Error); }

}  // namespace
}  // namespace r1
