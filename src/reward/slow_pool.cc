#include "reward/slow_pool.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <utility>

#include "base/interrupt.h"
#include "base/machine.h"

namespace r1 {

constexpr std::chrono::milliseconds kPoll{50};  // how soon an interrupt is noticed

struct PendingReward::Job {
  std::shared_ptr<const Example> example;
  std::shared_ptr<const JudgedCompletion> completion;
  std::promise<RewardResult> promise;
  std::future<RewardResult> result = promise.get_future();
};

RewardResult PendingReward::Get() const {
  const double began_s = SteadySeconds();
  while (job_->result.wait_for(kPoll) != std::future_status::ready) ThrowIfInterrupted();
  RewardResult result = job_->result.get();
  clock_->Waited(SteadySeconds() - began_s, result.timed_out);
  return result;
}

SlowPool::SlowPool(SlowReward reward, double timeout_s, SlowClock& clock)
    : reward_(std::move(reward)),
      timeout_s_(timeout_s),
      clock_(clock),
      workers_(reward_.threads > 0 ? reward_.threads : AvailableCpus()) {}

SlowPool::~SlowPool() { stop_.request_stop(); }

PendingReward SlowPool::Begin(std::shared_ptr<const Example> example, std::shared_ptr<const JudgedCompletion> completion) {
  auto job = std::make_shared<PendingReward::Job>();
  job->example = std::move(example);
  job->completion = std::move(completion);
  clock_.Begun();
  workers_.Add([this, waiting = std::weak_ptr(job)] {
    const std::shared_ptr<PendingReward::Job> wanted = waiting.lock();
    if (wanted) Compute(*wanted);
    clock_.Ended();
  });
  return {std::move(job), clock_};
}

void SlowPool::Compute(PendingReward::Job& job) const {
  try {
    if (stop_.stop_requested()) Fail(ErrorCode::kCancelled, "rewards: stopped");
    job.promise.set_value(reward_.score(*job.example, *job.completion, {TimeLimit(timeout_s_), stop_.get_token()}));
  } catch (...) {
    job.promise.set_exception(std::current_exception());
  }
}

}  // namespace r1
