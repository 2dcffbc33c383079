#include "data/dataset.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/message_of.h"
#include "data/curriculum.h"

namespace r1 {
namespace {

TEST(DatasetTest, ResumesAtTheCursor) {
  const std::vector<TaskShare> shares = {{.task = "words", .weight = 2}, {.task = "chain"}};
  TaskDataset whole(shares, 3, Split::kTrain), resumed(shares, 3, Split::kTrain);
  const auto all = whole.Next(20);
  EXPECT_EQ(whole.cursor(), 20);
  resumed.Seek(12);
  const auto rest = resumed.Next(8);
  for (size_t i = 0; i < rest.size(); ++i) {
    EXPECT_EQ(rest[i].question, all[12 + i].question);
    EXPECT_EQ(rest[i].id, all[12 + i].id);
  }
}

TEST(DatasetTest, DrawsTasksByWeight) {
  const TaskDataset dataset({{.task = "words", .weight = 3}, {.task = "order", .weight = 1}}, 1, Split::kHeldOut);
  std::map<std::string, int64_t> counts;
  for (int64_t i = 0; i < 1000; ++i) ++counts[dataset.At(i).metadata.at("task")];
  EXPECT_NEAR(static_cast<double>(counts["words"]), 750, 60);
}

TEST(DatasetTest, DrawsAnotherQuestionForOneThatIsRefused) {
  const TaskDataset all({{.task = "words"}}, 1, Split::kTrain);
  const auto is_short = [](const std::string& question) { return question.size() < 90; };
  const TaskDataset some({{.task = "words"}}, 1, Split::kTrain, is_short);
  int64_t others = 0;
  for (int64_t i = 0; i < 100; ++i) {
    EXPECT_LT(some.At(i).question.size(), 90u);
    EXPECT_EQ(some.At(i).question, some.At(i).question) << "a pure function of the index";
    if (is_short(all.At(i).question))
      EXPECT_EQ(some.At(i).question, all.At(i).question);
    else
      ++others;
  }
  EXPECT_GT(others, 10);
  const TaskDataset none({{.task = "words"}}, 1, Split::kTrain, [](const std::string&) { return false; });
  EXPECT_NE(MessageOf([&] { none.At(0); }).find("none fits into the model's context"), std::string::npos);
}

TEST(DatasetTest, RefusesEmptyAndUnknownMixtures) {
  EXPECT_THROW(TaskDataset({}, 1, Split::kTrain), Error);
  EXPECT_THROW(TaskDataset({{.task = "chess"}}, 1, Split::kTrain), Error);
  EXPECT_THROW(TaskDataset({{.weight = 0}}, 1, Split::kTrain), Error);
  EXPECT_THROW(TaskDataset({{.weight = -1}, {.weight = 2}}, 1, Split::kTrain), Error);
}

TEST(CurriculumTest, UnlocksTheNextDifficultyWithSkill) {
  CurriculumConfig config{.enabled = true, .first_difficulty = 1, .unlock_accuracy = 0.6, .memory = 0.5, .floor = 0.1};
  CurriculumState state;
  EXPECT_GT(DifficultyWeights(config, state, 4)[0], 0);
  EXPECT_EQ(DifficultyWeights(config, state, 4)[1], 0);
  UpdateCurriculum(config, 1, 0.4, state);
  EXPECT_EQ(DifficultyWeights(config, state, 4)[1], 0);
  UpdateCurriculum(config, 1, 0.9, state);  // average 0.65
  EXPECT_GT(DifficultyWeights(config, state, 4)[1], 0);
  EXPECT_EQ(DifficultyWeights(config, state, 4)[2], 0);
}

TEST(CurriculumTest, PrefersDifficultiesWithVariance) {
  CurriculumConfig config{.first_difficulty = 3};
  const std::vector<double> weights = DifficultyWeights(config, {{1.0, 0.5, 0.0}}, 3);
  EXPECT_DOUBLE_EQ(weights[0], 0.1);
  EXPECT_DOUBLE_EQ(weights[1], 1.1);
  EXPECT_DOUBLE_EQ(weights[2], 0.1);
}

TEST(CurriculumTest, WeightsDecideWhatTheDatasetDraws) {
  const TaskDataset dataset({{.task = "chain"}}, 1, Split::kTrain);
  for (int64_t i = 0; i < 50; ++i) EXPECT_EQ(dataset.At(i, {0, 0, 0, 1}).metadata.at("difficulty"), "4");
}

}  // namespace
}  // namespace r1
