#include "eval/benchmark/answer_judging.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/message_of.h"

namespace r1 {
namespace {

std::vector<BenchmarkItem> Sums(const Benchmark& benchmark, int count) {
  std::string records;
  for (int i = 0; i < count; ++i)
    records += R"({"question": "q", "answer": ")" + std::to_string(i) + R"(", "id": ")" + std::to_string(i) + "\"}\n";
  return ParseBenchmark(benchmark, records, "data");
}

TEST(AnswerJudgingTest, VerdictsHaveTheirPlaceWhateverComesFirst) {
  const Benchmark& benchmark = FindBenchmark("gsm8k");
  const BenchmarkJudge judge(benchmark);
  const std::vector<BenchmarkItem> items = Sums(benchmark, 20);
  constexpr int64_t kSamples = 3;
  std::vector<BenchmarkCompletion> completions;
  for (size_t i = 0; i < items.size(); ++i)
    for (int64_t sample = 0; sample < kSamples; ++sample)
      completions.push_back({.item_id = items[i].id,
                             .sample = sample,
                             .thinking = {},
                             .reply = StrCat("\\boxed{", static_cast<int64_t>(i) + sample % 2, "}"),
                             .finish = "stop"});
  AnswerJudging judging(judge, items, kSamples);
  for (size_t i = completions.size(); i-- > 0;) judging.Begin(completions[i]);
  int64_t told = 0;
  const std::vector<JudgedAnswer> answers = judging.Finish([&](int64_t judged) { told = judged; });
  ASSERT_EQ(answers.size(), completions.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].completion.item_id, completions[i].item_id);
    EXPECT_EQ(answers[i].completion.sample, completions[i].sample);
    EXPECT_EQ(answers[i].verdict.right, completions[i].sample % 2 == 0) << i;
  }
  EXPECT_LE(told, static_cast<int64_t>(answers.size()));
}

TEST(AnswerJudgingTest, ARecordThatMakesNoSenseIsToldAtTheEnd) {
  const BenchmarkJudge judge(FindBenchmark("countdown"));
  const std::vector<BenchmarkItem> items = {
      {.id = "broken", .question = "q", .answer = "", .category = "", .choices = {}, .record = "{}"}};
  const BenchmarkCompletion completion = {
      .item_id = "broken", .sample = 0, .thinking = {}, .reply = "\\boxed{1}", .finish = "stop"};
  AnswerJudging judging(judge, items, 1);
  judging.Begin(completion);
  EXPECT_NE(MessageOf([&] { judging.Finish([](int64_t) {}); }), "no error");
}

TEST(AnswerJudgingTest, WhatIsGivenUpIsForgotten) {
  const Benchmark& benchmark = FindBenchmark("gsm8k");
  const BenchmarkJudge judge(benchmark);
  const std::vector<BenchmarkItem> items = Sums(benchmark, 2);
  const BenchmarkCompletion completion = {.item_id = items[0].id, .sample = 0, .thinking = {}, .reply = "1", .finish = "stop"};
  AnswerJudging judging(judge, items, 1);
  judging.Begin(completion);
}  // though the other never came

}  // namespace
}  // namespace r1
