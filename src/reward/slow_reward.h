// A reward that takes long, because it runs programs or reads much: it is computed on threads of its own, beside the rollout,
// within a time limit (reward/slow_pool.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "base/time_limit.h"
#include "data/example.h"
#include "reward/judged_completion.h"

namespace r1 {

struct SlowWork {
  TimeLimit limit;       // what is not done when it is over gives TimedOut
  std::stop_token stop;  // nobody wants the result any more: return or throw soon, whatever
};

struct SlowReward {
  // Waits for the result, in any thread and several at a time. Throws where there is none to be had.
  std::function<RewardResult(const Example&, const JudgedCompletion&, const SlowWork&)> score;
  int64_t threads = 0;  // how many at a time; 0: one a processor
};

// Fails closed: a completion that nobody could judge in time has earned nothing.
inline RewardResult TimedOut(const TimeLimit& limit) {
  return {.score = 0.0, .detail = StrCat("not judged within ", limit.seconds(), " s"), .timed_out = true};
}

}  // namespace r1
