// metrics.jsonl in memory, a column a metric: what the curves are drawn from. Reads what has been added since it last looked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "watch/line_tail.h"

namespace r1 {

struct MetricSeries {
  std::vector<int64_t> steps;  // of the run, ascending
  std::vector<double> values;  // finite
};

// A held-out evaluation, as the log has it.
struct EvaluationLine {
  int64_t step = 0;
  std::string json;
};

class MetricTable {
 public:
  explicit MetricTable(const std::string& path) : tail_(path) {}

  void Refresh();

  // Grows by one whenever everything was read anew: a resumed run has cut its log, or the folder holds another run.
  int64_t generation() const { return generation_; }
  const std::map<std::string, MetricSeries, std::less<>>& series() const { return series_; }
  const std::vector<EvaluationLine>& evaluations() const { return evaluations_; }
  int64_t last_step() const { return last_step_; }
  const std::string& last_stage() const { return last_stage_; }
  int64_t num_bad_lines() const { return num_bad_lines_; }  // not JSON, without a step, or of an earlier step than the line before

 private:
  void Read(std::string_view line);

  LineTail tail_;
  int64_t generation_ = 1;
  std::map<std::string, MetricSeries, std::less<>> series_;
  std::vector<EvaluationLine> evaluations_;
  int64_t last_step_ = 0, num_bad_lines_ = 0;
  std::string last_stage_;
};

}  // namespace r1
