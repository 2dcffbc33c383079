// What an evaluation found, as a table for people, JSON for programs, and pages with every completion. No times and no machine in
// them: the same weights and questions give the same bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/benchmark/completion_store.h"
#include "eval/benchmark/judge.h"
#include "eval/intervals.h"

namespace r1 {

struct JudgedAnswer {
  BenchmarkCompletion completion;
  AnswerVerdict verdict;
};

// Means over the completions of one category, or of all.
struct BenchmarkRow {
  std::string name;
  int64_t questions = 0, samples = 0;
  double pass_at_1 = 0;  // the mean over questions of the share of right completions
  Interval pass_at_1_interval;
  double pass_at_k = 0;             // k = samples
  std::optional<double> cons_at_k;  // of benchmarks whose answers can be voted on
  std::optional<double> loose;      // IFEval: by the loose reading
  double finished = 0, answered = 0;
  double mean_tokens = 0, mean_thinking_tokens = 0;
};

struct BenchmarkReport {
  const Benchmark* benchmark = nullptr;
  std::string model;
  std::string settings_json;  // one JSON object, as the completion store has it
  std::vector<BenchmarkItem> items;
  std::vector<JudgedAnswer> answers;  // items.size() * samples, in order of questions, then samples
  int64_t samples = 0;
  std::vector<BenchmarkRow> categories;  // in order of their names; empty if there are none
  BenchmarkRow total;
};

// Fills categories and total from the rest.
void Summarize(BenchmarkReport& report, const BenchmarkJudge& judge, uint64_t seed);

std::string ReportText(const BenchmarkReport& report);  // for a terminal
std::string ReportJson(const BenchmarkReport& report);  // one object, without the completions
std::string ReportMarkdown(const BenchmarkReport& report);
std::string ReportHtml(const BenchmarkReport& report);         // one file with every completion, nothing loaded from anywhere
std::string ReportCompletions(const BenchmarkReport& report);  // JSON lines, one a completion, with its verdict

}  // namespace r1
