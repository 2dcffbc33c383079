#include "eval/benchmark/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "eval/benchmark/official_figures.h"
#include "eval/benchmark/report_table.h"

namespace r1 {
namespace {

// Two questions of two categories with three samples each: right right wrong, and wrong wrong (no answer) right.
BenchmarkReport Report() {
  BenchmarkReport report;
  report.benchmark = &FindBenchmark("math500");
  report.model = "<b>m</b>";
  report.settings_json = R"({"seed":1})";
  report.samples = 3;
  report.items = {{.id = "a", .question = "<script>alert(1)</script>", .answer = "4", .category = "1"},
                  {.id = "b", .question = "q", .answer = "7", .category = "2"}};
  const BenchmarkJudge judge(*report.benchmark);
  const char* kReplies[] = {
      "\\boxed{4}", "\\boxed{4.0}", "\\boxed{5}", "\\boxed{6}", "", "\\boxed{7} </pre><img src=x onerror=alert(1)>"};
  for (size_t i = 0; i < 6; ++i) {
    BenchmarkCompletion c{.item_id = report.items[i / 3].id,
                          .sample = static_cast<int64_t>(i % 3),
                          .thinking = "hm & <i>",
                          .reply = kReplies[i],
                          .finish = i == 4 ? "length" : "stop",
                          .tokens = static_cast<int64_t>(10 * i),
                          .thinking_tokens = 2};
    const AnswerVerdict verdict = judge.Judge(report.items[i / 3], c.reply);
    report.answers.push_back({std::move(c), verdict});
  }
  Summarize(report, judge, 1);
  return report;
}

TEST(BenchmarkReportTest, CountsAsThePapersDo) {
  const BenchmarkReport report = Report();
  EXPECT_DOUBLE_EQ(report.total.pass_at_1, 0.5);
  EXPECT_DOUBLE_EQ(report.total.pass_at_k, 1);
  EXPECT_DOUBLE_EQ(*report.total.cons_at_k, 0.5) << "4 wins the first vote, 6 came before 7 in the second";
  EXPECT_DOUBLE_EQ(report.total.finished, 5.0 / 6);
  EXPECT_DOUBLE_EQ(report.total.answered, 5.0 / 6);
  EXPECT_DOUBLE_EQ(report.total.mean_tokens, 25);
  ASSERT_EQ(report.categories.size(), 2u);
  EXPECT_DOUBLE_EQ(report.categories[0].pass_at_1, 2.0 / 3);
  EXPECT_LE(report.total.pass_at_1_interval.low, 0.5);
  EXPECT_GE(report.total.pass_at_1_interval.high, 0.5);
}

TEST(BenchmarkReportTest, OneCompletionOfEachQuestionHasNoColumnsForSeveral) {
  BenchmarkReport report = Report();
  EXPECT_NE(ReportText(report).find("cons@3"), std::string::npos);
  report.samples = 1;
  for (const auto& row : ReportTable(report)) EXPECT_EQ(row.size(), 7u);
  EXPECT_EQ(ReportTable(report)[0][2], "pass@1");
  EXPECT_EQ(ReportTable(report)[0][4], "finished");
}

TEST(BenchmarkReportTest, OfficialFiguresStandBeside) {
  EXPECT_NE(ReportText(Report()).find("R1-Distill-Qwen-7B"), std::string::npos);
  EXPECT_NE(ReportMarkdown(Report()).find("| 92.8% "), std::string::npos);
  const auto json = nlohmann::json::parse(ReportJson(Report()));
  EXPECT_EQ(json["total"]["pass@1"], 0.5);
  EXPECT_EQ(json["official"][0]["model"], "DeepSeek-R1");
  EXPECT_TRUE(OfficialFiguresOf("gsm8k").empty()) << "the R1 papers do not report it";
}

TEST(BenchmarkReportTest, HtmlEscapesEverything) {
  const std::string html = ReportHtml(Report());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(html.find("<b>m"), std::string::npos);
  EXPECT_EQ(html.find("<i>"), std::string::npos);
  EXPECT_EQ(html.find("http:"), std::string::npos) << "nothing from elsewhere";
  EXPECT_EQ(html.find("https:"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("hm &amp; &lt;i&gt;"), std::string::npos);
}

TEST(BenchmarkReportTest, CompletionsCarryTheirVerdicts) {
  const std::string lines = ReportCompletions(Report());
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 6);
  const auto first = nlohmann::json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first["right"], true);
  EXPECT_EQ(first["answer"], "4");
}

TEST(CompletionStoreTest, GoesOnAfterAKillAndKeepsEvaluationsApart) {
  const ScratchFolder folder;
  const std::string dir = folder.path() + "/run";
  {
    CompletionStore store(dir, R"({"seed":1})", false);
    store.Add(
        {.item_id = "a", .sample = 0, .thinking = "t\n", .reply = "r\xFF", .finish = "stop", .tokens = 3, .thinking_tokens = 1});
    store.Add({.item_id = "b", .sample = 1, .finish = "length"});
  }
  // Killed in the middle of a line.
  AppendFile(dir + "/samples.jsonl").Append(R"({"id":"c","sam)");
  {
    CompletionStore store(dir, R"({"seed":1})", false);
    EXPECT_TRUE(store.Has("a", 0));
    EXPECT_TRUE(store.Has("b", 1));
    EXPECT_FALSE(store.Has("c", 0));
    EXPECT_EQ(store.completions().at({"a", 0}).thinking, "t\n");
    store.Add({.item_id = "c", .sample = 0});
  }
  EXPECT_EQ(CompletionStore(dir, R"({"seed":1})", false).completions().size(), 3u);
  EXPECT_THROW(CompletionStore(dir, R"({"seed":2})", false), Error);
  EXPECT_TRUE(CompletionStore(dir, R"({"seed":2})", true).completions().empty());
}

}  // namespace
}  // namespace r1
