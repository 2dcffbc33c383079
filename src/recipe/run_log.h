// What a run writes for people and tools to look at: metrics.jsonl, TensorBoard events, samples.jsonl, questions.jsonl,
// curve.svg. Lines that are appended and never changed: whoever reads while a run writes sees whole lines and at most one half at
// the end, a killed run has lost nothing, and a resumed one cuts what it does again (RunState has the lengths). A database would
// add a dependency and its locks to every step for nothing that an offset into a file does not give.
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
  // How the first questions of each task were answered, tokens and all: what is compared from evaluation to evaluation.
  void Questions(int64_t step, const std::string& stage, const std::vector<EvalTask>& tasks, const EvalReport& report);
  // Notes how long the logs are now.
  void MarkLengths(RunState& state) const;
  // Call before a checkpoint becomes visible.
  void Sync();

 private:
  RunPaths paths_;
  MetricsLog metrics_;
  MetricsLog samples_;
  MetricsLog questions_;
  TensorBoardWriter tensorboard_;
};

// Draws curve.svg from metrics.jsonl. `title` and `subtitle` stand on top. False, and nothing is drawn, before the first
// evaluation.
bool DrawCurve(const RunPaths& paths, const std::string& title, const std::string& subtitle);

}  // namespace r1
