#include "judge/code/workers.h"

#include <utility>

namespace r1 {

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Add(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (static_cast<int64_t>(threads_.size()) < most_threads_) threads_.emplace_back([this] { Loop(); });
  jobs_.push_back(std::move(job));
  ready_.notify_one();
}

void Workers::Loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [&] { return stop_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace r1
