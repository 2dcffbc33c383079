// Claim-based fork-join pool. A job has n chunks; chunk i prefers thread i, but any thread may claim it with one compare-and-swap
// on a flag stamped with the job's generation. Run() waits for chunks, not for threads: a worker that is descheduled or asleep
// costs nothing unless it is inside a chunk. Who ran a chunk must not matter to the result (docs/numerics.md), so bits never depend
// on it.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace r1 {

class ThreadPool {
 public:
  // num_threads >= 1, the caller of Run included. 0 means one per available CPU. Throws kResourceExhausted if threads cannot start.
  explicit ThreadPool(int num_threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls fn(chunk) once for every chunk in [0, num_chunks) and returns when all are done. The first exception is rethrown here,
  // after the other chunks (with a single thread they are skipped instead). One caller at a time; fn must not call Run of the same
  // pool. num_chunks may be any number: more chunks than threads balance load.
  template <class Fn>
  void Run(int64_t num_chunks, Fn&& fn) {
    if (num_chunks <= 1 || workers_.empty()) {
      EnterNumericsMode();
      for (int64_t i = 0; i < num_chunks; ++i) fn(i);
      return;
    }
    using F = std::remove_reference_t<Fn>;
    RunErased(num_chunks, const_cast<void*>(static_cast<const void*>(&fn)), [](void* f, int64_t i) { (*static_cast<F*>(f))(i); });
  }

  // Splits [0, n) into ranges of at least `grain` elements (the last may be shorter) and calls fn(begin, end) on each. Where the
  // ranges end depends on the number of threads: fn may not sum over one.
  template <class Fn>
  void For(int64_t n, int64_t grain, Fn&& fn) {
    if (n <= 0) return;
    int64_t chunks = n > grain ? n / grain : 1;
    const int64_t most = int64_t{4} * num_threads();
    if (chunks > most) chunks = most;
    const int64_t size = (n + chunks - 1) / chunks;
    Run((n + size - 1) / size, [&](int64_t i) { fn(i * size, i * size + size < n ? i * size + size : n); });
  }

  // Sets flush-to-zero and denormals-are-zero on the calling thread: part of the bitwise contract. Workers and Run() callers do so
  // by themselves.
  static void EnterNumericsMode();

 private:
  struct alignas(64) Slot {
    std::atomic<uint64_t> next{0};  // generation << 32 | next chunk of this thread's share
    std::atomic<uint32_t> end{0};
  };
  void Stop();
  void RunErased(int64_t num_chunks, void* fn, void (*call)(void*, int64_t));
  void Work(int self, uint32_t generation);
  void WorkerLoop(int id);

  std::vector<std::thread> workers_;
  std::vector<Slot> slots_;
  alignas(64) std::atomic<uint64_t> job_{0};       // generation; changes when a job starts
  alignas(64) std::atomic<int64_t> remaining_{0};  // chunks not finished
  alignas(64) std::atomic<int> sleepers_{0};
  std::atomic<uint32_t> bell_{0};
  std::atomic<bool> stop_{false};
  void* fn_ = nullptr;
  void (*call_)(void*, int64_t) = nullptr;
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

}  // namespace r1
