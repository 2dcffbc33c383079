#include "data/question_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "data/dataset.h"

namespace r1 {
namespace {

class QuestionFileTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  // Questions first..last-1.
  void Write(const std::string& name, int first, int last) const {
    std::string text;
    for (int i = first; i < last; ++i)
      text += StrCat(R"({"question": "How much is )", i, R"( and 1?", "answer": "One more. #### )", i + 1,
                     R"(", "tests": {"n": 1}})", "\n");
    folder_.Write(name, text);
  }
  static std::set<std::string> Questions(const QuestionFile& file) {
    std::set<std::string> all;
    for (int64_t i = 0; i < file.size(); ++i) all.insert(file.At(7, i).question);
    return all;
  }

  ScratchFolder folder_;
};

TEST_F(QuestionFileTest, EveryPassShowsEveryQuestionOnceInAnotherOrder) {
  Write("a.jsonl", 0, 100);
  const QuestionFile file(Path("a.jsonl"), "", Split::kTrain);
  std::vector<std::string> first, second;
  for (int64_t i = 0; i < file.size(); ++i) {
    first.push_back(file.At(1, i).question);
    second.push_back(file.At(1, file.size() + i).question);
  }
  EXPECT_NE(first, second);
  EXPECT_EQ(std::set(first.begin(), first.end()).size(), static_cast<size_t>(file.size()));
  EXPECT_EQ(std::set(first.begin(), first.end()), std::set(second.begin(), second.end()));
  EXPECT_EQ(file.At(1, 5).question, first[5]) << "a pure function of the index";
}

TEST_F(QuestionFileTest, WhatIsHeldOutIsNeverTrainedOn) {
  Write("a.jsonl", 0, 400);
  Write("own.jsonl", 390, 420);
  const auto both = [&](const std::string& held_out) {
    const QuestionFile train(Path("a.jsonl"), held_out, Split::kTrain), kept(Path("a.jsonl"), held_out, Split::kHeldOut);
    const std::set<std::string> trained = Questions(train), asked = Questions(kept);
    for (const std::string& question : asked) EXPECT_FALSE(trained.contains(question)) << question;
    return std::pair(trained.size(), asked.size());
  };
  const auto [trained, asked] = both("");
  EXPECT_EQ(trained + asked, 400u);
  EXPECT_NEAR(static_cast<double>(asked), 50, 25);
  EXPECT_EQ(both(Path("own.jsonl")), std::pair(size_t{390}, size_t{30}));
}

TEST_F(QuestionFileTest, KeepsWhatRewardsAskForAndFindsTheFinalAnswer) {
  Write("a.jsonl", 3, 4);
  Write("none.jsonl", 0, 0);
  const TaskDataset dataset({{.data = Path("a.jsonl"), .held_out_data = Path("a.jsonl")}}, 1, Split::kHeldOut);
  EXPECT_EQ(dataset.size(), 1);
  const Example example = dataset.At(5);
  EXPECT_EQ(example.answer, "4");
  EXPECT_EQ(example.metadata.at("tests"), R"({"n":1})");
  EXPECT_EQ(example.metadata.at("task"), "a.jsonl");
  EXPECT_NE(MessageOf([&] { QuestionFile(Path("a.jsonl"), Path("a.jsonl"), Split::kTrain); }).find("a.jsonl: no question is left"),
            std::string::npos);
  EXPECT_NE(MessageOf([&] { QuestionFile(Path("none.jsonl"), "", Split::kTrain); }), "no error");
  EXPECT_NE(MessageOf([] { TaskShare{.held_out_data = "x"}.Validate(); }).find("goes with data"), std::string::npos);
}

TEST_F(QuestionFileTest, LeavesOutWhatIsRefused) {
  Write("a.jsonl", 0, 200);
  const auto is_short = [](const std::string& question) { return question.size() <= std::string("How much is 99 and 1?").size(); };
  const std::set<std::string> left = Questions(QuestionFile(Path("a.jsonl"), "", Split::kTrain, is_short));
  EXPECT_GT(left.size(), 70u);
  EXPECT_LE(left.size(), 100u);
  EXPECT_NE(MessageOf([&] {
              QuestionFile(Path("a.jsonl"), "", Split::kTrain, [](const std::string&) { return false; });
            }).find("are too long"),
            std::string::npos);
}

TEST_F(QuestionFileTest, AnEvaluationReadsThemAllInOrderAndPreparesThemAsTrainingDoes) {
  Write("a.jsonl", 0, 30);
  const std::vector<Example> all = ReadQuestions(Path("a.jsonl"));
  ASSERT_EQ(all.size(), 30u);
  EXPECT_EQ(all[7].question, "How much is 7 and 1?");
  EXPECT_EQ(all[7].answer, "8");
  const QuestionFile held_out(Path("a.jsonl"), Path("a.jsonl"), Split::kHeldOut);
  for (int64_t i = 0; i < 30; ++i) {
    const Example& same = held_out.At(1, i);
    const auto found = std::find_if(all.begin(), all.end(), [&](const Example& e) { return e.question == same.question; });
    ASSERT_NE(found, all.end());
    EXPECT_EQ(found->metadata, same.metadata);
  }
  EXPECT_EQ(ReadQuestions(Path("a.jsonl"), [](const std::string& question) { return question.size() < 21; }).size(), 10u);
}

TEST_F(QuestionFileTest, MixesWithTasksByWeight) {
  Write("a.jsonl", 0, 50);
  const TaskDataset dataset({{.task = "words"}, {.weight = 3, .data = Path("a.jsonl")}}, 1, Split::kTrain);
  int from_file = 0;
  for (int64_t i = 0; i < 400; ++i) {
    const Example example = dataset.At(i);
    from_file += example.metadata.at("task") == "a.jsonl";
    EXPECT_EQ(example.difficulty == 0, example.metadata.at("task") == "a.jsonl") << "only tasks know how difficult a question is";
  }
  EXPECT_NEAR(from_file, 300, 40);
}

}  // namespace
}  // namespace r1
