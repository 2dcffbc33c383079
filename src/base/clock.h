// What time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace r1 {

// For durations: a clock that nobody sets.
inline double SteadySeconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

inline int64_t SecondsSince1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace r1
