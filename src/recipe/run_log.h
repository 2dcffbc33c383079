// What a run writes for people and tools to look at: metrics.jsonl, TensorBoard events, samples.jsonl, curve.svg.
#pragma once

#include <string>

#include "base/metrics_log.h"
#include "base/tensorboard.h"
#include "eval/evaluator.h"
#include "recipe/run_state.h"
#include "train/step_metrics.h"

namespace r1 {

class RunLog {
 public:
  // Keeps what earlier sessions wrote up to the state's step and log lengths; null starts afresh.
  RunLog(const RunPaths& paths, const RunState* keep);

  void Step(int64_t step, const std::string& stage, const StepMetrics& metrics);
  // A held-out evaluation, as "eval/<task>/<figure>" beside the step's metrics. `label` tells prompts apart, e.g. "r1_zero".
  void Evaluation(int64_t step, const std::string& stage, const std::string& label, const EvalReport& report);
  // One question with what the model made of it.
  void Sample(int64_t step, const std::string& stage, const Example& example, const std::string& completion, double reward);
  // Notes how long the logs are now.
  void MarkLengths(RunState& state) const;
  // Call before a checkpoint becomes visible.
  void Sync();

 private:
  RunPaths paths_;
  MetricsLog metrics_;
  MetricsLog samples_;
  TensorBoardWriter tensorboard_;
};

// Draws curve.svg from metrics.jsonl. `title` and `subtitle` stand on top. Does nothing before the first evaluation.
void DrawCurve(const RunPaths& paths, const std::string& title, const std::string& subtitle);

}  // namespace r1
