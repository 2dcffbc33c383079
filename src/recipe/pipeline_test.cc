// The promises of a run: it repeats to the bit, whatever changes no bit changes none, and stopping anywhere changes nothing.
#include "recipe/pipeline.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/sha256.h"
#include "recipe/run_control.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

const std::string kTiny = std::string(R1_SOURCE_DIR) + "/tests/e2e/tiny.toml";
constexpr int64_t kSteps = 46;  // of the run: 40 of pre-training, 6 of GRPO

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() : root_(fs::temp_directory_path() / StrCat("r1-pipeline-", ::getpid())) { fs::create_directories(root_); }
  ~PipelineTest() override { fs::remove_all(root_); }

  std::string Out(const std::string& name) const { return (root_ / name).string(); }

  // What stopped the run, or "" if it ran to its end.
  static std::string Train(const std::string& out, PipelineOptions options = {}, const std::vector<std::string>& set = {}) {
    options.out = out;
    try {
      Pipeline(LoadRecipe(kTiny, set), options, Terminal(false, false, 80, [](std::string_view) {})).Run();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  static std::string ModelHashes(const std::string& out) {
    std::string hashes;
    for (const char* stage : {"base", "zero"}) {
      const std::string path = out + "/stages/" + stage + "/model.safetensors";
      hashes += fs::exists(path) ? Sha256HexOfFile(path) : "(none)";
      hashes += ' ';
    }
    return hashes;
  }

  // metrics.jsonl without what depends on the clock.
  static std::vector<std::string> Metrics(const std::string& out) {
    std::vector<std::string> lines;
    std::istringstream text(ReadFile(out + "/metrics.jsonl"));
    for (std::string line; std::getline(text, line);) {
      nlohmann::ordered_json kept, all = nlohmann::ordered_json::parse(line);
      for (const auto& [key, value] : all.items())
        if (!key.starts_with("time/") && !key.ends_with("_per_s")) kept[key] = value;
      lines.push_back(kept.dump());
    }
    return lines;
  }

  static void ExpectSameRun(const std::string& a, const std::string& b, const std::string& how) {
    EXPECT_EQ(ModelHashes(a), ModelHashes(b)) << how;
    const std::vector<std::string> left = Metrics(a), right = Metrics(b);
    ASSERT_EQ(left.size(), right.size()) << how;
    for (size_t i = 0; i < left.size(); ++i) ASSERT_EQ(left[i], right[i]) << how << ", line " << i + 1 << " of metrics.jsonl";
    EXPECT_EQ(ReadFile(a + "/samples.jsonl"), ReadFile(b + "/samples.jsonl")) << how;
    EXPECT_EQ(ReadFile(a + "/questions.jsonl"), ReadFile(b + "/questions.jsonl")) << how;
  }

  fs::path root_;
};

TEST_F(PipelineTest, TheSameRecipeGivesTheSameBitsWithOtherThreadsAndMicroBatches) {
  ASSERT_EQ(Train(Out("one"), {.threads = 1}), "");
  EXPECT_EQ(ModelHashes(Out("one")).find("none"), std::string::npos);
  ASSERT_EQ(Train(Out("again"), {.threads = 1}), "");
  ExpectSameRun(Out("one"), Out("again"), "the same again");
  ASSERT_EQ(Train(Out("other"), {.threads = 3},
                  {"stages.0.pretrain.max_tokens_per_micro_batch=100", "stages.1.grpo.max_tokens_per_micro_batch=150"}),
            "");
  ExpectSameRun(Out("one"), Out("other"), "3 threads and small micro-batches");
  for (const auto& entry : fs::directory_iterator(Out("one") + "/rollouts"))
    EXPECT_EQ(Sha256HexOfFile(entry.path().string()),
              Sha256HexOfFile(Out("other") + "/rollouts/" + entry.path().filename().string()));
  ASSERT_EQ(Train(Out("seed"), {}, {"seed=8"}), "");
  EXPECT_NE(ModelHashes(Out("seed")), ModelHashes(Out("one"))) << "a hash that never changes proves nothing";
}

TEST_F(PipelineTest, StoppedAnywhereAndResumedItEndsTheSame) {
  ASSERT_EQ(Train(Out("whole")), "");
  // Within a stage, at its last step, after its first, at a refresh of the reference, before the last.
  for (const int64_t step : {1, 17, 40, 41, 43, 45}) {
    const std::string out = Out(StrCat("stop", step));
    EXPECT_NE(Train(out, {.stop_after_step = step}).find(StrCat("stopped after step ", step)), std::string::npos);
    ASSERT_EQ(Train(out, {.resume = true}), "");
    ExpectSameRun(Out("whole"), out, StrCat("stopped after step ", step));
  }
  for (int64_t step = 3; step < kSteps; step += 5)
    Train(Out("often"), {.resume = step > 3, .threads = 1 + static_cast<int>(step % 2), .stop_after_step = step});
  ASSERT_EQ(Train(Out("often"), {.resume = true}), "");
  ExpectSameRun(Out("whole"), Out("often"), "stopped every fifth step");
  ASSERT_EQ(Train(Out("often"), {.resume = true}), "") << "resuming a finished run does nothing";
  ExpectSameRun(Out("whole"), Out("often"), "resumed after its end");
}

TEST_F(PipelineTest, WithFewCheckpointsWhatFollowedTheLastOneIsDoneAgain) {
  ASSERT_EQ(Train(Out("whole")), "");
  // Back to what a crash leaves: the checkpoint of step 43 is the newest, but logs and rollouts go on to the end.
  ASSERT_EQ(Train(Out("crash"), {}, {"keep_checkpoints=100"}), "");
  for (int64_t step = 44; step <= kSteps; ++step) fs::remove_all(StepCheckpointDir(Out("crash") + "/checkpoints", step));
  fs::remove_all(Out("crash") + "/stages/zero");
  ASSERT_EQ(Train(Out("crash"), {.resume = true}), "");
  ExpectSameRun(Out("whole"), Out("crash"), "crashed after step 43");
  // And to the border between the stages, where evaluations precede the first step.
  ASSERT_EQ(Train(Out("border"), {}, {"keep_checkpoints=100"}), "");
  for (int64_t step = 41; step <= kSteps; ++step) fs::remove_all(StepCheckpointDir(Out("border") + "/checkpoints", step));
  ASSERT_EQ(Train(Out("border"), {.resume = true}), "");
  ExpectSameRun(Out("whole"), Out("border"), "crashed at the border");
}

TEST_F(PipelineTest, AStageThatStartsFromAnEarlierOneDoesSoAfterAResumeToo) {
  const std::string from = "stages.1.start_from=" + Out("whole") + "/stages/base",
                    other = "stages.0.pretrain.schedule.learning_rate=1e-4";
  ASSERT_EQ(Train(Out("whole")), "");
  ASSERT_EQ(Train(Out("from"), {}, {other, from}), "");
  ASSERT_EQ(Train(Out("resumed"), {}, {other, from, "keep_checkpoints=100"}), "");
  for (int64_t step = 41; step <= kSteps; ++step) fs::remove_all(StepCheckpointDir(Out("resumed") + "/checkpoints", step));
  ASSERT_EQ(Train(Out("resumed"), {.resume = true}, {other, from}), "");
  ExpectSameRun(Out("from"), Out("resumed"), "start_from");
}

TEST_F(PipelineTest, TrainsAModelFolderOnQuestionsOfADataFile) {
  std::string questions;
  for (int i = 0; i < 60; ++i) questions += StrCat(R"({"question": "Compute )", i, R"(+7.", "answer": "So #### )", i + 7, "\"}\n");
  const std::string data = Out("sums.jsonl"), folder = std::string(R1_SOURCE_DIR) + "/models/r1-micro";
  AtomicWriteFile(data, questions);
  AtomicWriteFile(Out("own.toml"), StrCat(R"(
[[tasks]]
data = ")",
                                          data, R"("
[evaluation]
questions_per_task = 4
final_questions_per_task = 4
[[stages]]
name = "zero"
kind = "grpo"
start_from = ")",
                                          folder, R"("
[stages.grpo]
steps = 2
prompts_per_step = 4
group_size = 2
max_completion_tokens = 24
[[stages.grpo.rewards]]
name = "math"
)"));
  const auto train = [&](const std::string& out, PipelineOptions options, const std::vector<std::string>& set = {}) {
    options.out = out;
    return MessageOf(
        [&] { Pipeline(LoadRecipe(Out("own.toml"), set), options, Terminal(false, false, 80, [](std::string_view) {})).Run(); });
  };
  ASSERT_EQ(train(Out("whole"), {}), "no error");
  EXPECT_TRUE(TokenizerFiles(LoadTokenizer(Out("whole") + "/stages/zero")) == TokenizerFiles(LoadTokenizer(folder)))
      << "the model's own";
  EXPECT_NE(ReadFile(Out("whole") + "/questions.jsonl").find("sums.jsonl"), std::string::npos) << "held-out questions are asked";
  fs::create_directories(Out("store/own"));
  fs::create_directory_symlink(folder, Out("store/own/micro"));
  setenv("R1_MODELS", Out("store").c_str(), 1);
  ASSERT_EQ(train(Out("by-name"), {}, {"stages.0.start_from=own/micro"}), "no error");
  EXPECT_EQ(ModelHashes(Out("by-name")), ModelHashes(Out("whole"))) << "what r1 pull has downloaded";
  EXPECT_NE(train(Out("none"), {}, {"stages.0.start_from=own/macro"}).find("`r1 pull` downloads"), std::string::npos);
  unsetenv("R1_MODELS");
  EXPECT_NE(train(Out("none"), {}, {"stages.0.start_from=" + Out("whole")}).find("name one of its models, as"), std::string::npos);
  EXPECT_NE(train(Out("half"), {.stop_after_step = 1}).find("stopped after step 1"), std::string::npos);
  ASSERT_EQ(train(Out("half"), {.resume = true}), "no error");
  EXPECT_EQ(ModelHashes(Out("half")), ModelHashes(Out("whole")));
  EXPECT_NE(train(Out("changed"), {.stop_after_step = 1}).find("stopped"), std::string::npos);
  AtomicWriteFile(data, questions + R"({"question": "Compute 2+2.", "answer": 4})");
  EXPECT_NE(train(Out("changed"), {.resume = true}).find("whose data files were others"), std::string::npos);
  fs::remove(data);
  EXPECT_NE(train(Out("gone"), {}).find("sums.jsonl"), std::string::npos);
  EXPECT_FALSE(fs::exists(Out("gone"))) << "nothing half-made";
}

TEST_F(PipelineTest, ChangedSettingsAndForeignFoldersAreRefused) {
  Train(Out("run"), {.stop_after_step = 2});
  EXPECT_NE(Train(Out("run")).find("already holds a run"), std::string::npos);
  const std::string seed = Train(Out("run"), {.resume = true}, {"seed=8"});
  EXPECT_NE(seed.find("seed = 7"), std::string::npos) << seed;
  EXPECT_NE(seed.find("seed = 8"), std::string::npos) << seed;
  const std::string clip = Train(Out("run"), {.resume = true}, {"stages.1.grpo.clip_high=0.3"});
  EXPECT_NE(clip.find("clip_high"), std::string::npos) << clip;
  EXPECT_NE(Train(Out("run"), {.resume = true, .stop_after_step = 3}, {"evaluation.every_steps=1", "checkpoint_every_s=1"})
                .find("step 3"),
            std::string::npos)
      << "what changes no bit may change";
}

// A run that failed before its first step is in nobody's way.
TEST_F(PipelineTest, AFolderWithoutAStepIsBegunAgain) {
  const std::string failed = Train(Out("run"), {}, {"tokenizer.vocab_size=64"});
  EXPECT_NE(failed, "");
  EXPECT_TRUE(fs::exists(Out("run") + "/recipe.toml"));
  EXPECT_NE(Train(Out("run"), {.stop_after_step = 1}).find("stopped after step 1"), std::string::npos) << "other settings";
  EXPECT_EQ(LoadTokenizer(Out("run") + "/tokenizer").vocab_size(), 192);
  EXPECT_NE(Train(Out("run")).find("already holds a run"), std::string::npos) << "now it holds something";
}

TEST_F(PipelineTest, ARunWithoutItsCheckpointsIsNotWrittenOver) {
  Train(Out("run"), {.stop_after_step = 42});
  for (const char* folder : {"checkpoints", "stages"}) fs::remove_all(Out("run") + "/" + folder);
  const std::string metrics = ReadFile(Out("run") + "/metrics.jsonl");
  EXPECT_NE(Train(Out("run")).find("already holds a run"), std::string::npos);
  EXPECT_EQ(ReadFile(Out("run") + "/metrics.jsonl"), metrics);
  EXPECT_TRUE(fs::exists(Out("run") + "/rollouts/step-000042.safetensors"));
  fs::remove(Out("run") + "/metrics.jsonl");
  EXPECT_NE(Train(Out("run")).find("already holds a run"), std::string::npos) << "rollouts alone are worth keeping";
}

TEST_F(PipelineTest, WhatNoRunHasWrittenIsNotWrittenOver) {
  const auto refused = [&](const std::string& name, const std::string& file) {
    fs::create_directories(fs::path(Out(name) + "/" + file).parent_path());
    AtomicWriteFile(Out(name) + "/" + file, "mine");
    const std::string error = Train(Out(name));
    EXPECT_EQ(ReadFile(Out(name) + "/" + file), "mine");
    EXPECT_FALSE(fs::exists(Out(name) + "/status.json")) << "nothing half-made";
    return error;
  };
  EXPECT_NE(refused("a", "tokenizer/tokenizer.json").find("tokenizer is there, which a run would write over"), std::string::npos);
  EXPECT_NE(refused("b", "metrics.jsonl").find("holds no run (no recipe.toml)"), std::string::npos);
  EXPECT_NE(refused("c", "recipe.toml").find("recipe.toml was not written by a run"), std::string::npos);
  AtomicWriteFile(Out("c") + "/recipe.toml", ReadFile(kTiny));
  EXPECT_NE(Train(Out("c")).find("recipe.toml was not written by a run"), std::string::npos) << "a recipe with its comments";
  fs::create_directories(Out("d"));
  AtomicWriteFile(Out("d") + "/notes.txt", "mine");
  EXPECT_NE(Train(Out("d"), {.stop_after_step = 1}).find("stopped after step 1"), std::string::npos) << "in nobody's way";
}

TEST_F(PipelineTest, ARunWhoseCheckpointsAreGoneIsNotBegunAgain) {
  Train(Out("run"), {.stop_after_step = 42});
  const std::string metrics = ReadFile(Out("run") + "/metrics.jsonl"), model = ModelHashes(Out("run"));
  const std::string newest = StepCheckpointDir(Out("run") + "/checkpoints", 42);
  fs::resize_file(newest + "/model.safetensors", 100);
  for (const auto& entry : fs::directory_iterator(Out("run") + "/checkpoints"))
    if (entry.path() != newest) fs::remove_all(entry.path());
  EXPECT_NE(Train(Out("run"), {.resume = true}).find("no checkpoint is whole"), std::string::npos);
  fs::remove_all(Out("run") + "/checkpoints");
  EXPECT_NE(Train(Out("run"), {.resume = true}).find("its checkpoints are gone"), std::string::npos) << "it was stopped in order";
  EXPECT_EQ(ReadFile(Out("run") + "/metrics.jsonl"), metrics);
  EXPECT_EQ(ModelHashes(Out("run")), model);
  // What a kill leaves between the first stage's model and the checkpoint that follows it, and one while that is written again.
  WriteRunStatus(Out("run"), RunPhase::kRunning);
  const auto copy = [&](const char* stage) {
    fs::copy(Out("run") + "/stages/base", Out("run") + "/stages/" + stage, fs::copy_options::recursive);
  };
  copy("base.tmp-4194304-0");
  copy("zero");
  EXPECT_NE(Train(Out("run"), {.resume = true}).find("its checkpoints are gone"), std::string::npos) << "a later stage";
  fs::remove_all(Out("run") + "/stages/zero");
  EXPECT_NE(Train(Out("run"), {.resume = true, .stop_after_step = 2}).find("stopped after step 2"), std::string::npos);
}

// Each of these was found only after the stages before it.
TEST_F(PipelineTest, WhatALaterStageLacksIsSaidBeforeTheFirstStep) {
  const std::vector<std::string> command = {"stages.1.grpo.rewards.0.name=command", "curriculum.enabled=false"};
  const auto with = [](std::vector<std::string> set, const std::string& more) {
    set.push_back(more);
    return set;
  };
  const auto error = [&](const char* program) {
    return Train(Out("a"), {.rehearsal_s = 60}, with(command, StrCat("stages.1.grpo.rewards.0.command=", program)));
  };
  EXPECT_NE(error("/no/such/program").find("the program ended"), std::string::npos);
  EXPECT_NE(error("echo 1; cat").find("writes without being asked"), std::string::npos);
  EXPECT_FALSE(fs::exists(Out("a"))) << "nothing half-made";
  const std::string code = Train(Out("a"), {}, {"stages.1.grpo.rewards.1.name=code"});
  EXPECT_NE(code.find("code of stage \"zero\" needs questions with tests"), std::string::npos) << code;
  const std::string questions = Out("unanswered.jsonl");
  std::string lines;
  for (int i = 0; i < 32; ++i) lines += StrCat("{\"question\": \"", i, "?\", \"answer\": null}\n");
  AtomicWriteFile(questions, lines);
  const std::string math =
      Train(Out("a"), {}, {"tasks.0.data=" + questions, "tasks.1.weight=0", "stages.1.grpo.rewards.1.name=math"});
  EXPECT_NE(math.find("needs questions with an answer"), std::string::npos) << math;
  const std::string foreign = Train(Out("a"), {}, {"stages.1.start_from=" + std::string(R1_SOURCE_DIR) + "/models/r1-micro"});
  EXPECT_NE(foreign.find("has other tokens than the stages before"), std::string::npos) << foreign;
  EXPECT_FALSE(fs::exists(Out("a") + "/metrics.jsonl") && fs::file_size(Out("a") + "/metrics.jsonl") > 0);
}

TEST_F(PipelineTest, ACurriculumFollowsWhateverRewardJudgesAnswers) {
  Train(Out("run"), {.stop_after_step = 42}, {"stages.1.grpo.rewards.1.name=math"});
  const std::string state = ReadFile(Out("run") + "/checkpoints/step-000042/state.toml");
  EXPECT_EQ(state.find("accuracy = []"), std::string::npos) << state;
}

TEST_F(PipelineTest, TheLearningRateDecaysByStepsThoughGroupsWithNothingToLearnAreDropped) {
  EXPECT_EQ(Train(Out("run"), {},
                  {"stages.1.grpo.rewards.0.name=tag_count", "stages.1.grpo.dynamic_sampling=drop",
                   "stages.1.grpo.updates_per_rollout=1", "stages.1.grpo.prompts_per_step=2", "stages.1.grpo.group_size=4",
                   "stages.1.grpo.steps=12", "stages.1.grpo.schedule.decay=linear", "stages.1.grpo.schedule.final_fraction=0",
                   "stages.1.grpo.schedule.warmup_steps=0"}),
            "");
  int64_t step = 0, idle = 0;
  for (const std::string& line : Metrics(Out("run"))) {
    const auto json = nlohmann::json::parse(line);
    if (!json.contains("reward")) continue;
    const double rate = json["learning_rate"];
    EXPECT_FLOAT_EQ(static_cast<float>(rate), 2e-4f * static_cast<float>(12 - step) / 12) << "step " << step;
    idle += json["updates"] == 0;
    ++step;
  }
  EXPECT_EQ(step, 12);
  EXPECT_GT(idle, 0) << "the test needs steps in which nothing was learned";
  EXPECT_LT(idle, 12);
}

TEST_F(PipelineTest, ThereMustBeSomethingToResume) {
  EXPECT_NE(Train(Out("nothing"), {.resume = true}).find("holds no run that could go on"), std::string::npos);
  EXPECT_FALSE(fs::exists(Out("nothing")));
  // What a kill before the recipe is written leaves; whoever restarts a run on failure says --resume each time.
  fs::create_directories(Out("killed"));
  fs::create_directories(Out("killed_later") + "/rollouts");
  for (const char* run : {"killed", "killed_later"})
    EXPECT_NE(Train(Out(run), {.resume = true, .stop_after_step = 1}).find("stopped after step 1"), std::string::npos) << run;
  fs::create_directories(Out("foreign") + "/photos");
  EXPECT_NE(Train(Out("foreign"), {.resume = true}).find("holds no run that could go on"), std::string::npos);
}

TEST_F(PipelineTest, ResumingRemovesWhatKilledWritersLeft) {
  Train(Out("run"), {.stop_after_step = 2});
  for (const char* folder : {"tokenizer.tmp-1-0", "stages/base.tmp-4194304-7", "checkpoints/step-000002.tmp-1-0"})
    fs::create_directories(Out("run") + "/" + folder + "/deep");
  for (const char* file : {"recipe.toml.tmp-1-0", "rollouts/step-000041.safetensors.tmp-1-0", "curve.svg.tmp-1-0"})
    AtomicWriteFile(Out("run") + "/" + file, "half");
  AtomicWriteFile(Out("run") + "/notes.tmp-mine", "not a name of ours");
  Train(Out("run"), {.resume = true, .stop_after_step = 3});
  for (const auto& entry : fs::recursive_directory_iterator(Out("run")))
    EXPECT_TRUE(entry.path().filename() == "notes.tmp-mine" || entry.path().string().find(".tmp-") == std::string::npos)
        << entry.path();
  EXPECT_TRUE(fs::exists(Out("run") + "/notes.tmp-mine"));
}

TEST_F(PipelineTest, TwoProcessesDoNotTrainInOneFolder) {
  Train(Out("run"), {.stop_after_step = 2});
  const auto other = PathLock::Try(Out("run"), PathLock::WithoutLocks::kRefuse);
  if (!other) GTEST_SKIP() << "this file system has no locks";
  const std::string error = Train(Out("run"), {.resume = true});
  EXPECT_NE(error.find("another r1 train is at work"), std::string::npos) << error;
}

TEST_F(PipelineTest, EveryEvaluationAsksTheSameQuestions) {
  ASSERT_EQ(Train(Out("run")), "");
  std::map<int64_t, std::vector<std::string>> asked;
  std::istringstream text(ReadFile(Out("run") + "/questions.jsonl"));
  for (std::string line; std::getline(text, line);) {
    const auto json = nlohmann::json::parse(line);
    asked[json.at("step")].push_back(json.at("id"));
    EXPECT_EQ(json.at("token_ids").size(), json.at("logprobs").size());
    EXPECT_EQ(json.at("token_ids").size(), json.at("entropies").size());
  }
  // Before reinforcement learning, every second step of it, and after the last; evaluations at the end ask more, these first.
  ASSERT_EQ(asked.size(), 4u);
  EXPECT_EQ(asked.begin()->first, 40);
  EXPECT_EQ(asked.rbegin()->first, kSteps);
  EXPECT_EQ(asked[42], asked[44]);
  EXPECT_EQ(std::set(asked[40].begin(), asked[40].end()).size(), 8u);
  for (const std::string& id : asked[42]) EXPECT_NE(std::ranges::find(asked[40], id), asked[40].end()) << id;
}

TEST_F(PipelineTest, TheRunIsOnPolicyToTheBit) {
  // One update per rollout, as the check is of what was sampled; off-policy updates change nothing in it.
  for (const char* dtype : {"f32", "bf16"}) {
    EXPECT_EQ(Train(Out(dtype), {.check_onpolicy = true}, {StrCat("model.compute_dtype=", dtype)}), "");
    EXPECT_NE(ReadFile(Out(dtype) + "/metrics.jsonl").find("\"checked_tokens\""), std::string::npos);
  }
}

TEST_F(PipelineTest, WithProductsInBf16ARunRepeatsAndResumesToTheBitToo) {
  const std::string bf16 = "model.compute_dtype=bf16";
  ASSERT_EQ(Train(Out("f32")), "");
  ASSERT_EQ(Train(Out("whole"), {.threads = 1}, {bf16}), "");
  EXPECT_NE(ModelHashes(Out("whole")), ModelHashes(Out("f32")));
  EXPECT_NE(ReadFile(Out("whole") + "/stages/zero/config.json").find("\"r1_compute_dtype\": \"bf16\""), std::string::npos);
  ASSERT_EQ(Train(Out("cut"), {.threads = 3},
                  {bf16, "stages.0.pretrain.max_tokens_per_micro_batch=100", "stages.1.grpo.max_tokens_per_micro_batch=150"}),
            "");
  ExpectSameRun(Out("whole"), Out("cut"), "3 threads and small micro-batches");
  for (const int64_t step : {17, 43}) Train(Out("stopped"), {.resume = step > 17, .stop_after_step = step}, {bf16});
  ASSERT_EQ(Train(Out("stopped"), {.resume = true}, {bf16}), "");
  ExpectSameRun(Out("whole"), Out("stopped"), "stopped twice");
  // A stage that starts from such a model goes on as it was trained, unless the recipe says otherwise.
  const std::string from = "stages.0.start_from=" + Out("whole") + "/stages/base";
  const auto says_bf16 = [&](const std::string& out) {
    return ReadFile(Out(out) + "/stages/base/config.json").find("r1_compute_dtype") != std::string::npos;
  };
  ASSERT_EQ(Train(Out("from"), {}, {from}), "");
  EXPECT_TRUE(says_bf16("from"));
  ASSERT_EQ(Train(Out("from_f32"), {}, {from, "model.compute_dtype=f32"}), "");
  EXPECT_FALSE(says_bf16("from_f32"));
}

TEST_F(PipelineTest, AFolderThatCannotBeWrittenIsOneClearError) {
  AtomicWriteFile(Out("file"), "in the way");
  const std::string error = Train(Out("file") + "/run");
  EXPECT_EQ(error.rfind(StrCat("cannot create ", Out("file"), "/run"), 0), 0u) << error;
}

// A full disk, as the limit on a file's size shows it.
TEST_F(PipelineTest, AFullDiskKeepsTheLastGoodCheckpoint) {
  ASSERT_NE(Train(Out("full"), {.stop_after_step = 5}), "");
  ASSERT_EQ(Train(Out("whole"), {}), "");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{20000, before.rlim_max};  // below the size of the weights
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string error = Train(Out("full"), {.resume = true});
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_NE(error.find("cannot write "), std::string::npos) << error;
  const LatestCheckpoint latest = FindLatestCheckpoint(Out("full") + "/checkpoints");
  EXPECT_TRUE(latest.skipped.empty());
  EXPECT_EQ(latest.step, 5);
  for (const auto& entry : fs::recursive_directory_iterator(Out("full")))
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  ASSERT_EQ(Train(Out("full"), {.resume = true}), "");
  ExpectSameRun(Out("whole"), Out("full"), "after a full disk");
}

}  // namespace
}  // namespace r1
