// Judges completions as they come in, on threads of their own, while others are still being written. A verdict is a function of the
// question and the reply, and has its place: whatever comes first, the report is the same.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "eval/benchmark/completion_store.h"
#include "eval/benchmark/judge.h"
#include "eval/benchmark/report.h"
#include "judge/code/workers.h"

namespace r1 {

class AnswerJudging {
 public:
  // `judge` and `items` must outlive it. samples: of each question.
  AnswerJudging(const BenchmarkJudge& judge, const std::vector<BenchmarkItem>& items, int64_t samples);
  ~AnswerJudging();  // forgets what waits, and stops what runs
  AnswerJudging(const AnswerJudging&) = delete;
  AnswerJudging& operator=(const AnswerJudging&) = delete;

  // Once for each sample of each question, in one thread at a time. `completion` must stay where it is, as in a CompletionStore.
  void Begin(const BenchmarkCompletion& completion);

  // After Begin for all: in order of questions, then samples. `progress` gets how many are judged. Throws the first error of the
  // judges, and kCancelled when interrupted (base/interrupt.h).
  std::vector<JudgedAnswer> Finish(const std::function<void(int64_t)>& progress);

 private:
  void Judge(size_t place, const BenchmarkItem& item, const BenchmarkCompletion& completion);

  const BenchmarkJudge& judge_;
  const std::vector<BenchmarkItem>& items_;
  const int64_t samples_;
  std::map<std::string, size_t> item_of_id_;
  std::vector<JudgedAnswer> answers_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable judged_;
  int64_t num_judged_ = 0;
  std::exception_ptr failure_;
  Workers workers_;  // last: its threads use the others
};

}  // namespace r1
