#include "watch/metric_table.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "base/json_scanner.h"

namespace r1 {
namespace {

// What a hostile log may ask for at most; a real one has about 30 metrics.
constexpr size_t kMostMetrics = 128, kMostEvaluations = 100'000, kMostNameBytes = 64;
constexpr int64_t kMostSteps = int64_t{1} << 40;

std::optional<double> ParseNumber(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

struct Line {
  int64_t step = -1;
  std::string stage;
  bool is_evaluation = false;
  std::vector<std::pair<std::string, double>> values;
};

// A scanner rather than a tree: a hundred thousand lines are read before the page can show anything.
Line ParseLine(std::string_view text) {
  Line line;
  JsonScanner scan(text, "metrics.jsonl");
  scan.Object([&](std::string_view key) {
    if (key == "stage" && scan.Peek() == '"') {
      line.stage = std::string(scan.String());
      return;
    }
    if (key == "eval") line.is_evaluation = true;
    const std::string name(key.substr(0, kMostNameBytes));
    const char first = scan.Peek();
    const std::string_view value = scan.Skip();
    if (first == '"' || first == '{' || first == '[') return;
    const auto number = ParseNumber(value);
    if (!number) return;
    if (name == "step")
      line.step = *number >= 0 && *number < static_cast<double>(kMostSteps) ? static_cast<int64_t>(*number) : -1;
    else
      line.values.emplace_back(name, *number);
  });
  scan.End();
  return line;
}

}  // namespace

void MetricTable::Refresh() {
  const auto start_over = [this] {
    ++generation_;
    series_.clear();
    evaluations_.clear();
    last_step_ = num_bad_lines_ = 0;
    last_stage_.clear();
  };
  while (tail_.Refresh(start_over, [this](std::string_view line, uint64_t) { Read(line); })) {
  }
}

void MetricTable::Read(std::string_view text) {
  try {
    Line line = ParseLine(text);
    if (line.step < last_step_) Fail(ErrorCode::kDataLoss, "metrics.jsonl: step ", line.step, " after ", last_step_);
    last_step_ = line.step;
    if (line.is_evaluation) {
      ParseJson(text, "metrics.jsonl");  // it is handed on as it is
      if (evaluations_.size() < kMostEvaluations) evaluations_.push_back({line.step, std::string(text)});
      return;
    }
    last_stage_ = std::move(line.stage);
    for (const auto& [name, value] : line.values) {
      auto found = series_.find(name);
      if (found == series_.end()) {
        if (series_.size() == kMostMetrics) continue;
        found = series_.emplace(name, MetricSeries()).first;
      }
      MetricSeries& series = found->second;
      if (!series.steps.empty() && series.steps.back() == line.step) continue;  // the first counts
      series.steps.push_back(line.step);
      series.values.push_back(value);
    }
  } catch (const Error&) {
    ++num_bad_lines_;
  }
}

}  // namespace r1
