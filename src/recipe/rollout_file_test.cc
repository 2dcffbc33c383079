// What a step sampled is read back as it was, and as much of it as older runs stored.
#include "recipe/rollout_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "checkpoint/safetensors.h"

namespace r1 {
namespace {

Rollout MakeRollout(int32_t token, std::optional<double> accuracy) {
  Rollout r;
  r.token_ids = {token, token + 1};
  r.sampler_logprobs = {-0.5f, -1.5f};
  r.entropies = {0.25f, 2.0f};
  r.finished = token % 2 == 0;
  r.reward.score = 0.5 + token;
  r.reward.parts = {{accuracy, ""}, {1.0, ""}};
  r.advantage = static_cast<float>(token) - 3;
  return r;
}

RolloutBatch MakeBatch() {
  RolloutBatch batch;
  for (int32_t p = 0; p < 2; ++p) {
    RolloutGroup group;
    group.example.question = p == 0 ? "3+4=?" : "\"quoted\" \xff <script>";
    group.example.answer = std::to_string(p);
    group.prompt_ids = {7, 8, 9 + p};
    group.rollouts = {MakeRollout(4 + p, 1.0), MakeRollout(6 + p, std::nullopt)};
    batch.groups.push_back(std::move(group));
  }
  return batch;
}

TEST(RolloutFileTest, HoldsTokensProbabilitiesRewardsAndQuestions) {
  const ScratchFolder folder;
  const std::string path = folder.path() + "/step.safetensors";
  const RolloutBatch batch = MakeBatch();
  WriteRollouts(path, 7, batch, {"accuracy", "format"});
  std::vector<std::string> names;
  const RolloutBatch read = ReadRollouts(path, 0, &names);
  EXPECT_EQ(names, (std::vector<std::string>{"accuracy", "format"}));
  ASSERT_EQ(read.groups.size(), 2u);
  EXPECT_EQ(read.groups[0].example.question, "3+4=?");
  EXPECT_EQ(read.groups[1].example.question, "\"quoted\" \xef\xbf\xbd <script>");
  for (size_t p = 0; p < 2; ++p) {
    EXPECT_EQ(read.groups[p].example.answer, batch.groups[p].example.answer);
    EXPECT_EQ(read.groups[p].prompt_ids, batch.groups[p].prompt_ids);
    ASSERT_EQ(read.groups[p].rollouts.size(), 2u);
    for (size_t i = 0; i < 2; ++i) {
      const Rollout &a = read.groups[p].rollouts[i], &b = batch.groups[p].rollouts[i];
      EXPECT_EQ(a.token_ids, b.token_ids);
      EXPECT_EQ(a.sampler_logprobs, b.sampler_logprobs);
      EXPECT_EQ(a.entropies, b.entropies);
      EXPECT_EQ(a.finished, b.finished);
      EXPECT_EQ(a.reward.score, b.reward.score);
      ASSERT_EQ(a.reward.parts.size(), 2u);
      EXPECT_EQ(a.reward.parts[0].score, b.reward.parts[0].score);
      EXPECT_EQ(a.advantage, b.advantage);
    }
  }
}

TEST(RolloutFileTest, LengthsThatDoNotFitAreRefusedNamingTheFile) {
  const ScratchFolder folder;
  const std::string path = folder.path() + "/step.safetensors";
  WriteRollouts(path, 7, MakeBatch(), {"accuracy"});  // two parts, one name
  try {
    ReadRollouts(path, 2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kDataLoss);
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
  }
  EXPECT_THROW(ReadRollouts(path, 3), Error);
}

}  // namespace
}  // namespace r1
