// What slow rewards cost: the time in which any of them was under way, and the time that somebody waited for them. What lies
// between the two was hidden behind other work.
#pragma once

#include <cstdint>
#include <mutex>

#include "base/clock.h"

namespace r1 {

struct SlowTimes {
  double busy_s = 0;    // on the clock, while at least one was begun and not ended
  double waited_s = 0;  // of whoever collects
  int64_t timeouts = 0;

  SlowTimes Since(const SlowTimes& earlier) const {
    return {busy_s - earlier.busy_s, waited_s - earlier.waited_s, timeouts - earlier.timeouts};
  }
};

class SlowClock {
 public:
  void Begun() {
    const std::lock_guard lock(mutex_);
    if (under_way_++ == 0) since_s_ = SteadySeconds();
  }
  void Ended() {
    const std::lock_guard lock(mutex_);
    if (--under_way_ == 0) times_.busy_s += SteadySeconds() - since_s_;
  }
  void Waited(double seconds, bool timed_out) {
    const std::lock_guard lock(mutex_);
    times_.waited_s += seconds;
    times_.timeouts += timed_out ? 1 : 0;
  }
  SlowTimes Now() const {
    const std::lock_guard lock(mutex_);
    SlowTimes now = times_;
    if (under_way_ > 0) now.busy_s += SteadySeconds() - since_s_;
    return now;
  }

 private:
  mutable std::mutex mutex_;
  int64_t under_way_ = 0;
  double since_s_ = 0;
  SlowTimes times_;
};

}  // namespace r1
