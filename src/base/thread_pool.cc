#include "base/thread_pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/machine.h"
#include "base/pause.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace r1 {
namespace {

constexpr uint32_t kClosed = 0xffffffffu;  // no chunk has this number

}  // namespace

void ThreadPool::EnterNumericsMode() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // FTZ | DAZ
#endif
}

ThreadPool::ThreadPool(int num_threads) : slots_(static_cast<size_t>(num_threads > 0 ? num_threads : AvailableCpus())) {
  try {
    for (int id = 1; id < static_cast<int>(slots_.size()); ++id) workers_.emplace_back([this, id] { WorkerLoop(id); });
  } catch (const std::system_error& e) {
    Stop();  // those that did start
    Fail(ErrorCode::kResourceExhausted, "could not start ", slots_.size() - 1, " worker threads: ", e.what());
  }
}

ThreadPool::~ThreadPool() { Stop(); }

void ThreadPool::Stop() {
  stop_ = true;
  job_.fetch_add(1);
  bell_.fetch_add(1);
  bell_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::RunErased(int64_t num_chunks, void* fn, void (*call)(void*, int64_t)) {
  CHECK(num_chunks < int64_t{kClosed});
  EnterNumericsMode();
  fn_ = fn;
  call_ = call;
  remaining_.store(num_chunks, std::memory_order_relaxed);
  const uint32_t generation = static_cast<uint32_t>(job_.load(std::memory_order_relaxed)) + 1;
  const int64_t n = static_cast<int64_t>(slots_.size());
  for (int64_t t = 0; t < n; ++t) {
    // A worker that is late with the previous job may be between reading `next` and `end`. Closing the slot under the new
    // generation before `end` moves makes its compare-and-swap fail, instead of handing it a chunk that does not exist.
    slots_[t].next.store(uint64_t{generation} << 32 | kClosed, std::memory_order_relaxed);
    slots_[t].end.store(static_cast<uint32_t>(num_chunks * (t + 1) / n), std::memory_order_release);
    slots_[t].next.store(uint64_t{generation} << 32 | static_cast<uint64_t>(num_chunks * t / n), std::memory_order_release);
  }
  job_.store(generation, std::memory_order_seq_cst);
  if (sleepers_.load(std::memory_order_seq_cst) > 0) {
    bell_.fetch_add(1);
    bell_.notify_all();
  }
  Work(0, generation);
  for (int spins = 0; remaining_.load(std::memory_order_acquire) > 0;) {
    if (++spins < 2000)
      Pause();
    else
      std::this_thread::yield();
  }
  if (error_) [[unlikely]] {
    std::exception_ptr error = std::exchange(error_, nullptr);
    std::rethrow_exception(error);
  }
}

// Takes chunks of its own share first, then of the others'. A compare-and-swap that succeeds proves the job of this generation is
// still running, hence fn_ and call_ are its own.
void ThreadPool::Work(int self, uint32_t generation) {
  const int n = static_cast<int>(slots_.size());
  for (int step = 0; step < n; ++step) {
    Slot& slot = slots_[static_cast<size_t>((self + step) % n)];
    uint64_t next = slot.next.load(std::memory_order_acquire);
    while (static_cast<uint32_t>(next >> 32) == generation &&
           static_cast<uint32_t>(next) < slot.end.load(std::memory_order_acquire)) {
      if (!slot.next.compare_exchange_weak(next, next + 1, std::memory_order_acq_rel)) continue;
      try {
        call_(fn_, static_cast<uint32_t>(next));
      } catch (...) {
        std::lock_guard lock(error_mutex_);
        if (!error_) error_ = std::current_exception();
      }
      remaining_.fetch_sub(1, std::memory_order_release);
      next = slot.next.load(std::memory_order_acquire);
    }
  }
}

void ThreadPool::WorkerLoop(int id) {
  EnterNumericsMode();
  uint64_t seen = 0;
  for (;;) {
    uint64_t job;
    int spins = 0;
    while ((job = job_.load(std::memory_order_acquire)) == seen) {
      if (++spins < 4000) {
        Pause();
        continue;
      }
      sleepers_.fetch_add(1);
      const uint32_t bell = bell_.load();
      if (job_.load() == seen && !stop_.load()) bell_.wait(bell);
      sleepers_.fetch_sub(1);
      spins = 0;
      if (stop_.load()) return;
    }
    seen = job;
    if (stop_.load()) return;
    Work(id, static_cast<uint32_t>(job));
  }
}

}  // namespace r1
