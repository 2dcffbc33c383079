#include "eval/benchmark/report.h"

#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/json_writer.h"
#include "base/rng.h"
#include "eval/benchmark/official_figures.h"
#include "eval/benchmark/report_table.h"
#include "eval/cons_at_k.h"
#include "eval/pass_at_k.h"

namespace r1 {
namespace {

BenchmarkRow RowOf(const BenchmarkReport& report, const BenchmarkJudge& judge, std::string name,
                   const std::vector<size_t>& questions, uint64_t seed) {
  BenchmarkRow row{.name = std::move(name), .questions = static_cast<int64_t>(questions.size()), .samples = report.samples};
  std::vector<double> shares;
  double loose = 0, votes = 0;
  for (const size_t q : questions) {
    int64_t right = 0;
    std::vector<std::optional<std::string>> answers;
    std::vector<bool> rights;
    for (int64_t i = 0; i < report.samples; ++i) {
      const JudgedAnswer& a = report.answers[q * static_cast<size_t>(report.samples) + static_cast<size_t>(i)];
      right += a.verdict.right;
      loose += a.verdict.loose;
      row.finished += a.completion.finish == "stop";
      row.answered += a.verdict.answer.has_value();
      row.mean_tokens += static_cast<double>(a.completion.tokens);
      row.mean_thinking_tokens += static_cast<double>(a.completion.thinking_tokens);
      answers.push_back(a.verdict.answer);
      rights.push_back(a.verdict.right);
    }
    shares.push_back(static_cast<double>(right) / static_cast<double>(report.samples));
    row.pass_at_1 += shares.back();
    row.pass_at_k += PassAtK(report.samples, right, report.samples);
    if (judge.CanVote()) {
      const auto winner = MajorityAnswer(answers, [&](std::string_view a, std::string_view b) { return judge.SameAnswer(a, b); });
      votes += winner && rights[*winner];
    }
  }
  const double n = static_cast<double>(questions.size()), all = n * static_cast<double>(report.samples);
  row.pass_at_1 /= n;
  row.pass_at_k /= n;
  if (judge.CanVote()) row.cons_at_k = votes / n;
  if (report.benchmark->judge == AnswerJudge::kIfeval) row.loose = loose / all;
  row.pass_at_1_interval = MeanShareInterval(shares, RngKey({seed, 0xB007}));
  for (double* mean : {&row.finished, &row.answered, &row.mean_tokens, &row.mean_thinking_tokens}) *mean /= all;
  return row;
}

void AddRow(JsonWriter& json, const BenchmarkRow& row) {
  json.BeginObject().Field("name", row.name).Field("questions", row.questions).Field("samples", row.samples);
  json.Field("pass@1", row.pass_at_1)
      .Field("pass@1_low", row.pass_at_1_interval.low)
      .Field("pass@1_high", row.pass_at_1_interval.high);
  json.Field("pass@k", row.pass_at_k);
  if (row.cons_at_k) json.Field("cons@k", *row.cons_at_k);
  if (row.loose) json.Field("loose", *row.loose);
  json.Field("finished", row.finished).Field("answered", row.answered).Field("mean_tokens", row.mean_tokens);
  json.Field("mean_thinking_tokens", row.mean_thinking_tokens).EndObject();
}

std::string Percent(std::optional<double> share) { return share ? Format("%.1f%%", 100 * *share) : "-"; }

// The cells of one row, the same for the terminal, Markdown and HTML.
// `several` completions of a question; of one, pass@k and cons@k are pass@1 again.
std::vector<std::string> Cells(const BenchmarkRow& row, bool several) {
  std::vector<std::string> cells = {row.name, std::to_string(row.questions), Percent(row.pass_at_1),
                                    Format("%.1f - %.1f%%", 100 * row.pass_at_1_interval.low, 100 * row.pass_at_1_interval.high)};
  if (several) cells.push_back(Percent(row.pass_at_k));
  if (several || row.loose) cells.push_back(Percent(row.cons_at_k ? row.cons_at_k : row.loose));
  for (const std::string& cell : {Percent(row.finished), Format("%.0f", row.mean_tokens), Format("%.0f", row.mean_thinking_tokens)})
    cells.push_back(cell);
  return cells;
}

}  // namespace

std::vector<std::vector<std::string>> ReportTable(const BenchmarkReport& report) {
  const std::string k = std::to_string(report.samples);
  const bool several = report.samples > 1;
  std::vector<std::string> head = {report.categories.empty() ? report.benchmark->title : "category", "questions", "pass@1", "95%"};
  if (several) head.push_back("pass@" + k);
  if (several || report.total.loose) head.push_back(report.total.loose ? "loose" : "cons@" + k);
  for (const char* name : {"finished", "tokens", "thinking"}) head.push_back(name);
  std::vector<std::vector<std::string>> table = {std::move(head)};
  for (const BenchmarkRow& row : report.categories) table.push_back(Cells(row, several));
  table.push_back(Cells(report.total, several));
  return table;
}

std::vector<std::vector<std::string>> OfficialTable(const BenchmarkReport& report) {
  std::vector<std::vector<std::string>> table;
  for (const OfficialFigure& f : OfficialFiguresOf(report.benchmark->name)) {
    if (table.empty()) table.push_back({"official", "pass@1", "cons@64", "source"});
    table.push_back({f.model, Format("%.1f%%", f.pass_at_1), f.cons_at_64 > 0 ? Format("%.1f%%", f.cons_at_64) : "-", f.source});
  }
  return table;
}

void Summarize(BenchmarkReport& report, const BenchmarkJudge& judge, uint64_t seed) {
  std::map<std::string, std::vector<size_t>> categories;
  std::vector<size_t> all;
  for (size_t q = 0; q < report.items.size(); ++q) {
    all.push_back(q);
    categories[report.items[q].category].push_back(q);
  }
  report.categories.clear();
  if (categories.size() > 1) {
    for (const auto& [name, questions] : categories)
      report.categories.push_back(RowOf(report, judge, name.empty() ? "(none)" : name, questions, seed));
  }
  report.total = RowOf(report, judge, "all", all, seed);
}

std::string ReportText(const BenchmarkReport& report) {
  std::string text;
  for (const auto& table : {ReportTable(report), OfficialTable(report)}) {
    std::vector<size_t> widths;
    for (const auto& row : table) {
      widths.resize(std::max(widths.size(), row.size()));
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : table) {
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string pad(widths[i] - row[i].size(), ' ');
        text += i == 0 ? row[i] + pad : "  " + pad + row[i];
      }
      text += "\n";
    }
    if (!table.empty()) text += "\n";
  }
  return text;
}

std::string ReportMarkdown(const BenchmarkReport& report) {
  std::string text = "# " + std::string(report.benchmark->title) + ": " + report.model + "\n";
  for (const auto& table : {ReportTable(report), OfficialTable(report)}) {
    if (table.empty()) continue;
    text += "\n";
    for (size_t r = 0; r < table.size(); ++r) {
      for (const std::string& cell : table[r]) {
        std::string plain;
        for (const char c : cell) plain += c == '|' ? "\\|" : std::string(1, c == '\n' ? ' ' : c);
        text += "| " + plain + " ";
      }
      text += "|\n";
      if (r == 0) {
        for (size_t i = 0; i < table[r].size(); ++i) text += "|---";
        text += "|\n";
      }
    }
  }
  return text + "\nSettings: `" + report.settings_json + "`\n";
}

std::string ReportJson(const BenchmarkReport& report) {
  JsonWriter json;
  json.BeginObject().Field("benchmark", report.benchmark->name).Field("model", report.model).Field("samples", report.samples);
  json.Key("settings").Raw(report.settings_json).Key("total");
  AddRow(json, report.total);
  json.Key("categories").BeginArray();
  for (const BenchmarkRow& row : report.categories) AddRow(json, row);
  json.EndArray().Key("official").BeginArray();
  for (const OfficialFigure& f : OfficialFiguresOf(report.benchmark->name)) {
    json.BeginObject().Field("model", f.model).Field("pass@1", f.pass_at_1 / 100);
    if (f.cons_at_64 > 0) json.Field("cons@64", f.cons_at_64 / 100);
    json.Field("source", f.source).EndObject();
  }
  json.EndArray().EndObject();
  return json.text() + "\n";
}

std::string ReportCompletions(const BenchmarkReport& report) {
  std::string lines;
  for (size_t i = 0; i < report.answers.size(); ++i) {
    const auto& [c, v] = report.answers[i];
    const BenchmarkItem& item = report.items[i / static_cast<size_t>(report.samples)];
    JsonWriter json;
    json.BeginObject()
        .Field("id", c.item_id)
        .Field("sample", c.sample)
        .Field("question", item.question)
        .Field("expected", item.answer);
    json.Field("thinking", c.thinking).Field("reply", c.reply).Key("answer");
    v.answer ? json.Value(*v.answer) : json.Null();
    json.Field("right", v.right).Field("reason", v.reason).Field("finish", c.finish).Field("tokens", c.tokens);
    json.Field("thinking_tokens", c.thinking_tokens).EndObject();
    lines += json.text() + "\n";
  }
  return lines;
}

}  // namespace r1
