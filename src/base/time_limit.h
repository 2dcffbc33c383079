// By when something has to be done.
#pragma once

#include <algorithm>
#include <limits>

#include "base/clock.h"

namespace r1 {

class TimeLimit {
 public:
  TimeLimit() = default;  // none: never over
  // Begins now.
  explicit TimeLimit(double seconds) : seconds_(seconds), end_s_(SteadySeconds() + seconds) {}

  double seconds() const { return seconds_; }  // from the beginning
  double end_s() const { return end_s_; }      // on SteadySeconds()
  double LeftSeconds() const { return std::max(0.0, end_s_ - SteadySeconds()); }
  bool Over() const { return SteadySeconds() >= end_s_; }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  double seconds_ = kNever, end_s_ = kNever;
};

}  // namespace r1
