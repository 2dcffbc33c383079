// One run's folder as the watch page sees it. Read-only but for Control. Every function may be called from any thread, reads what
// has changed since the last call, and returns JSON (docs/watch.md). What is broken in the folder is said, not thrown, where the
// rest can be shown without it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "recipe/run_control.h"
#include "text/tokenizer.h"
#include "watch/metric_table.h"
#include "watch/question_log.h"
#include "watch/run_plan.h"
#include "watch/step_rollouts.h"

namespace r1 {

// Where a reader of new points stands.
struct PointsSeen {
  int64_t generation = 0;  // of MetricTable
  int64_t step = 0;
  size_t evaluations = 0, answers = 0;
};

class WatchedRun {
 public:
  WatchedRun(std::string name, std::string path);

  const std::string& name() const { return name_; }
  const std::string& path() const { return path_; }

  // What the run is and does: its stages and how far they are, and its state: waiting (nothing has been written), running, pausing,
  // paused, stopping, stopped, killed, failed, done, unreadable.
  std::string SummaryJson();
  // Curves of the steps from..to (to < 0: the last), at most `buckets` points each; evaluations; what PointsSeen begins with.
  std::string MetricsJson(int64_t from, int64_t to, int64_t buckets);
  // What came after `seen`, which moves on. None: everything must be asked for anew (MetricsJson).
  std::optional<std::string> NewPointsJson(PointsSeen& seen);
  PointsSeen Now();

  // The questions of questions.jsonl and how each evaluation went; the answers of one evaluation, with their tokens.
  std::string QuestionsJson();
  std::string AnswersJson(int64_t step);
  // The stored rollouts of a step, or of the nearest step before that has any; step < 0: the newest. Throws kNotFound, kDataLoss.
  std::string RolloutsJson(int64_t step);
  std::string RolloutTokensJson(int64_t step, int64_t group, int64_t completion);

  // Throws kInvalidArgument if no r1 train is at work in the folder, kIo if it may not be written.
  void Control(RunCommand command);

 private:
  // All with mutex_ held.
  void Refresh();
  void ReadPlan();
  std::string StateOf(std::string& message) const;
  const Tokenizer& tokenizer();
  const StepRollouts& RolloutsOf(int64_t step);

  const std::string name_, path_;
  std::mutex mutex_;
  MetricTable metrics_;
  QuestionLog questions_;
  RunPlan plan_;
  std::string plan_text_, plan_trouble_;  // of which plan_ was made; why it could not be
  std::unique_ptr<Tokenizer> tokenizer_;
  StepRollouts rollouts_;
};

}  // namespace r1
