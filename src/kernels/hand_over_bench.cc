#include "kernels/hand_over_bench.h"

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/median.h"
#include "base/pause.h"

namespace r1 {
namespace {

struct alignas(128) Word {  // two lines: the hardware fetches them in pairs
  std::atomic<int64_t> round{0};
  void Await(int64_t wanted) const {
    // Threads can be more than cores: one that waits long lets another run.
    for (int spins = 0; round.load(std::memory_order_acquire) < wanted; ++spins) {
      Pause();
      if (spins > 10'000) std::this_thread::yield();
    }
  }
};

}  // namespace

double HandOverSeconds(int threads, double seconds) {
  if (threads <= 1) return 0;
  constexpr int64_t kRounds = 100, kLast = INT64_MAX;
  Word call;
  std::vector<Word> answers(static_cast<size_t>(threads) - 1);
  std::vector<std::thread> others;
  for (Word& answer : answers)
    others.emplace_back([&] {
      for (int64_t round = 1;; ++round) {
        call.Await(round);
        if (call.round.load(std::memory_order_relaxed) == kLast) return;
        answer.round.store(round, std::memory_order_release);
      }
    });
  std::vector<double> samples;
  int64_t round = 0;
  for (const double begin = SteadySeconds(); samples.size() < 5 || SteadySeconds() - begin < seconds;) {
    const double start = SteadySeconds();
    for (int64_t i = 0; i < kRounds; ++i) {
      call.round.store(++round, std::memory_order_release);
      for (const Word& answer : answers) answer.Await(round);
    }
    samples.push_back((SteadySeconds() - start) / kRounds);
  }
  call.round.store(kLast, std::memory_order_release);
  for (std::thread& other : others) other.join();
  return Median(std::move(samples));
}

}  // namespace r1
