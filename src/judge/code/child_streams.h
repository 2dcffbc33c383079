// Reading what a child writes until it ends, with bounds in bytes and time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "judge/code/owned_fd.h"

namespace r1 {

struct ChildStream {
  OwnedFd fd;
  std::string* text = nullptr;  // what was read; bytes above most_bytes are thrown away
  int64_t most_bytes = 0;
};

struct DrainEvents {
  std::function<void()> on_exceeded;  // once, when a stream brings more than its bytes
  std::function<void()> on_stop;      // once, when one of stop_fds is readable
  std::function<void()> on_deadline;  // when the deadline is over, and again every second
};

// Returns when every stream has ended. `deadline_s` is on SteadySeconds() (base/clock.h).
void DrainStreams(std::vector<ChildStream>& streams, const std::vector<int>& stop_fds, double deadline_s,
                  const DrainEvents& events);

}  // namespace r1
