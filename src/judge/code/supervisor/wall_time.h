// The wall time of a run that a busy machine makes wait: the time in which a process was ready and got no processor does not count,
// nor does the share of the rest that the host of a virtual machine took from its processors, up to kStretch times the limit.
// Without this, verdicts would depend on what else the machine, or its host, does.
#pragma once

#include <cstdint>
#include <cstdio>

#include "judge/code/supervisor/settings.h"

namespace r1::supervisor {

// What the processors of this machine have done since it started, in ticks.
struct MachineTicks {
  int64_t busy = 0;
  int64_t stolen = 0;  // a virtual processor had work, and its host ran somebody else's
};

// Of the first line of /proc/stat: "cpu user nice system idle iowait irq softirq steal ...". Zeros for anything else.
inline MachineTicks ParseMachineTicks(const char* line) {
  long long user = 0, nice = 0, system = 0, interrupts = 0, soft_interrupts = 0, stolen = 0;
  if (std::sscanf(line, "cpu %lld %lld %lld %*d %*d %lld %lld %lld", &user, &nice, &system, &interrupts, &soft_interrupts,
                  &stolen) != 6)
    return {};
  return {user + nice + system + interrupts + soft_interrupts, stolen};
}

class WallTime {
 public:
  WallTime(int64_t now_us, MachineTicks ticks) : start_us_(now_us), looked_us_(now_us), start_(ticks) {}

  // starved_us: of all living processes, since each began; less than at the last look once one has ended.
  void Look(int64_t now_us, int64_t starved_us) {
    const int64_t passed_us = now_us - looked_us_, starved_now_us = starved_us - starved_us_;
    looked_us_ = now_us;
    starved_us_ = starved_us;
    if (starved_now_us > 0) excused_us_ += starved_now_us < passed_us ? starved_now_us : passed_us;
  }
  int64_t ClockUs(int64_t now_us) const { return now_us - start_us_; }
  // read_ticks: gives the MachineTicks of now. Asked for only where they decide: the kernel adds up all interrupts of the machine.
  template <class ReadTicks>
  bool Over(int64_t now_us, int64_t limit_us, const ReadTicks& read_ticks) const {
    const int64_t clock_us = ClockUs(now_us), had_us = clock_us - excused_us_;
    if (clock_us >= kStretch * limit_us) return true;
    return had_us >= limit_us && had_us - StolenUs(had_us, read_ticks()) >= limit_us;
  }

 private:
  // A tick is 10 ms and nobody says whose: over a whole run its share is known, over one look it is not.
  int64_t StolenUs(int64_t of_us, MachineTicks now) const {
    const int64_t busy = now.busy - start_.busy, stolen = now.stolen - start_.stolen;
    const bool known = start_.busy > 0 && busy >= 0 && stolen > 0;
    return known ? of_us * stolen / (busy + stolen) : 0;
  }

  int64_t start_us_, looked_us_;
  int64_t starved_us_ = 0, excused_us_ = 0;
  MachineTicks start_;
};

}  // namespace r1::supervisor
