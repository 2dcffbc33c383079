// A folder that somebody else wrote is shown as far as it can be, and nothing in it leads out of it.
#include "watch/watched_run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/temporary.h"
#include "watch/run_catalog.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kRecorded = std::string(R1_SOURCE_DIR) + "/recipes/recorded";

class WatchedRunTest : public testing::Test {
 protected:
  WatchedRunTest() { fs::create_directories(path_); }
  void Write(const std::string& name, std::string_view text) { std::ofstream(path_ + "/" + name, std::ios::binary) << text; }
  void Append(const std::string& name, std::string_view text) { std::ofstream(path_ + "/" + name, std::ios::app) << text; }
  Json Summary() { return Json::parse(run_.SummaryJson()); }

  ScratchFolder folder_;
  std::string path_ = folder_.path() + "/run";
  WatchedRun run_{"run", path_};
};

constexpr const char* kRecipe =
    "name = \"t\"\n[[stages]]\nname = \"base\"\nkind = \"pretrain\"\n[stages.pretrain]\ntokens = 30\ntokens_per_step = 10\n"
    "[[stages]]\nname = \"zero\"\nkind = \"grpo\"\n[stages.grpo]\nsteps = 4\n";

TEST_F(WatchedRunTest, StagesAreAsFarAsTheLogSays) {
  Write("recipe.toml", kRecipe);
  EXPECT_EQ(Summary().at("state"), "waiting");
  Write("metrics.jsonl", "{\"step\":4,\"stage\":\"zero\",\"reward\":1}\n");
  const Json summary = Summary();
  EXPECT_EQ(summary.at("state"), "stopped");
  EXPECT_EQ(summary.at("total_steps"), 7);
  EXPECT_EQ(summary.at("stages").at(0).at("done"), 3);
  EXPECT_EQ(summary.at("stages").at(1).at("done"), 1);
  EXPECT_EQ(summary.at("stages").at(1).at("first"), 3);
}

TEST_F(WatchedRunTest, TheStateIsThatOfItsProcess) {
  Write("recipe.toml", kRecipe);
  WriteRunStatus(path_, RunPhase::kRunning);
  EXPECT_EQ(Summary().at("state"), "killed");
  EXPECT_THROW(run_.Control(RunCommand::kPause), Error) << "nobody would obey";
  {
    const auto lock = PathLock::Try(path_, PathLock::WithoutLocks::kPretend);
    EXPECT_EQ(Summary().at("state"), "running");
    run_.Control(RunCommand::kPause);
    EXPECT_EQ(Summary().at("state"), "pausing");
    EXPECT_EQ(ReadRunCommand(path_), RunCommand::kPause);
    WriteRunStatus(path_, RunPhase::kPaused);
    EXPECT_EQ(Summary().at("state"), "paused");
  }
  WriteRunStatus(path_, RunPhase::kFailed, "the disk is full");
  EXPECT_EQ(Summary().at("state"), "failed");
  EXPECT_EQ(Summary().at("message"), "the disk is full");
  Write("recipe.toml", "name = [");
  EXPECT_EQ(Summary().at("state"), "unreadable");
}

TEST_F(WatchedRunTest, NewPointsComeOnceAndACutLogIsSaid) {
  Write("metrics.jsonl", "{\"step\":1,\"loss\":1}\n{\"step\":2,\"loss\":2}\n");
  PointsSeen seen = run_.Now();
  EXPECT_EQ(run_.NewPointsJson(seen), "");
  Append("metrics.jsonl", "{\"step\":3,\"loss\":3}\n{\"step\":3,\"eval\":\"policy\",\"all\":{\"pass@1\":1}}\n");
  const Json points = Json::parse(run_.NewPointsJson(seen).value());
  EXPECT_EQ(points.at("series").at("loss").at("steps"), Json({3}));
  EXPECT_EQ(points.at("evaluations").size(), 1u);
  EXPECT_EQ(run_.NewPointsJson(seen), "");
  Write("metrics.jsonl", "{\"step\":1,\"loss\":1}\n");
  EXPECT_FALSE(run_.NewPointsJson(seen).has_value());
}

TEST_F(WatchedRunTest, ARecordedRunShowsAllThereIs) {
  const auto entry = RunCatalog(kRecorded).Find("r1-zero-micro");
  ASSERT_TRUE(entry.has_value());
  WatchedRun run(entry->name, entry->path);
  const Json summary = Json::parse(run.SummaryJson());
  EXPECT_EQ(summary.at("state"), "done");
  EXPECT_EQ(summary.at("rollouts"), true);
  EXPECT_EQ(summary.at("weights"), false);
  const Json metrics = Json::parse(run.MetricsJson(0, -1, 1000));
  for (const char* name : {"loss", "reward", "reward/accuracy", "entropy", "old_kl", "clip_low", "completion_tokens"})
    EXPECT_TRUE(metrics.at("series").contains(name)) << name;
  for (const Json& value : metrics.at("series").at("old_kl").at("mean")) EXPECT_EQ(value, 0) << "on-policy to the bit";
  const Json questions = Json::parse(run.QuestionsJson());
  EXPECT_EQ(questions.at("questions").size(), 8u);
  EXPECT_EQ(questions.at("entries").size(), 72u);
  const Json answers = Json::parse(run.AnswersJson(2400));
  ASSERT_EQ(answers.at("answers").size(), 8u);
  std::string text;
  for (const Json& token : answers.at("answers").at(0).at("tokens")) text += token.at("text").get<std::string>();
  EXPECT_TRUE(text.starts_with(answers.at("answers").at(0).at("completion").get<std::string>())) << text;
  const Json rollouts = Json::parse(run.RolloutsJson(-1));
  EXPECT_EQ(rollouts.at("step"), 2400);
  EXPECT_EQ(rollouts.at("previous"), 2321);
  EXPECT_EQ(rollouts.at("groups").at(0).at("completions").size(), 16u);
  EXPECT_EQ(Json::parse(run.RolloutsJson(2399)).at("step"), 2321) << "the nearest before";
  const Json tokens = Json::parse(run.RolloutTokensJson(2400, 0, 3));
  EXPECT_LE(tokens.at("tokens").at(0).at("logprob").get<double>(), 0);
  EXPECT_THROW(run.RolloutTokensJson(2400, 0, 16), Error);
  EXPECT_THROW(run.RolloutTokensJson(2399, 0, 0), Error);
  EXPECT_THROW(run.RolloutsJson(2), Error);
}

TEST_F(WatchedRunTest, NamesAreThoseOfFoldersAndNeverPaths) {
  Write("recipe.toml", kRecipe);
  fs::create_directories(folder_.path() + "/empty");
  fs::create_directory_symlink(kRecorded + "/r1-zero-micro", folder_.path() + "/link");
  const RunCatalog runs(folder_.path());
  ASSERT_EQ(runs.List().size(), 1u);
  EXPECT_TRUE(runs.Find("run").has_value());
  for (const char* name : {"", ".", "..", "../run", "run/", "/etc", "link", "empty", "run/../run"})
    EXPECT_FALSE(runs.Find(name).has_value()) << name;
  EXPECT_TRUE(RunCatalog(folder_.path() + "/nowhere").List().empty());
  const RunCatalog one(path_ + "/");
  ASSERT_EQ(one.List().size(), 1u);
}

TEST_F(WatchedRunTest, DamagedTextsAreErrorsAndTheRestIsShown) {
  Write("recipe.toml", kRecipe);
  Write("questions.jsonl",
        "{\"step\":1}\nnot json\n{\"step\":1,\"id\":\"a\",\"question\":\"q\",\"token_ids\":[1],\"completion\":\"<b>\"}\n");
  EXPECT_EQ(Json::parse(run_.QuestionsJson()).at("entries").size(), 1u);
  EXPECT_EQ(Json::parse(run_.AnswersJson(1)).at("answers").at(0).at("completion"), "<b>") << "without a tokenizer, too";
  EXPECT_THROW(run_.RolloutsJson(-1), Error);
  fs::create_directories(path_ + "/rollouts");
  Write("rollouts/step-000001.safetensors", "no such thing");
  EXPECT_THROW(run_.RolloutsJson(-1), Error);
  fs::remove(path_ + "/rollouts/step-000001.safetensors");
  fs::create_symlink("/etc/passwd", path_ + "/rollouts/step-000001.safetensors");
  EXPECT_THROW(run_.RolloutsJson(-1), Error);
}

}  // namespace
}  // namespace r1
