#include "eval/benchmark/answer_judging.h"

#include <algorithm>
#include <chrono>

#include "base/interrupt.h"
#include "base/machine.h"

namespace r1 {

constexpr std::chrono::milliseconds kPoll{50};  // how soon an interrupt is noticed

AnswerJudging::AnswerJudging(const BenchmarkJudge& judge, const std::vector<BenchmarkItem>& items, int64_t samples)
    : judge_(judge),
      items_(items),
      samples_(samples),
      answers_(items.size() * static_cast<size_t>(samples)),
      workers_(AvailableCpus()) {
  for (size_t i = 0; i < items.size(); ++i) item_of_id_[items[i].id] = i;
}

AnswerJudging::~AnswerJudging() {
  stop_ = true;
  const std::lock_guard lock(mutex_);
  if (num_judged_ < static_cast<int64_t>(answers_.size())) judge_.Cancel();
}

void AnswerJudging::Begin(const BenchmarkCompletion& completion) {
  const size_t item = item_of_id_.at(completion.item_id);
  const size_t place = item * static_cast<size_t>(samples_) + static_cast<size_t>(completion.sample);
  workers_.Add([this, place, item, &completion] { Judge(place, items_[item], completion); });
}

void AnswerJudging::Judge(size_t place, const BenchmarkItem& item, const BenchmarkCompletion& completion) {
  if (stop_) return;
  std::exception_ptr failure;
  JudgedAnswer answer{.completion = completion, .verdict = {}};
  try {
    answer.verdict = judge_.Judge(item, completion.reply);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  answers_[place] = std::move(answer);
  ++num_judged_;
  if (failure && !failure_) failure_ = failure;
  judged_.notify_all();
}

std::vector<JudgedAnswer> AnswerJudging::Finish(const std::function<void(int64_t)>& progress) {
  const auto total = static_cast<int64_t>(answers_.size());
  std::unique_lock lock(mutex_);
  while (num_judged_ < total && !failure_) {
    judged_.wait_for(lock, kPoll);
    progress(num_judged_);
    ThrowIfInterrupted();
  }
  if (failure_) std::rethrow_exception(failure_);
  return std::move(answers_);
}

}  // namespace r1
