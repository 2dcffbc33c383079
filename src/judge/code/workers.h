// Threads that take jobs in the order they came. They live as long as the pool: a sandbox dies with the thread that started it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace r1 {

class Workers {
 public:
  explicit Workers(int64_t most_threads) : most_threads_(most_threads) {}
  ~Workers();  // does what was added first
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // `job` must not throw.
  void Add(std::function<void()> job);

 private:
  void Loop();

  const int64_t most_threads_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  bool stop_ = false;
};

}  // namespace r1
