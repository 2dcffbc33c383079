// What one step has to report: numbers by name, in a fixed order, with the time of each phase.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace r1 {

struct StepMetrics {
  std::vector<std::pair<std::string, double>> values;

  void Set(std::string name, double value) {
    for (auto& [key, old] : values)
      if (key == name) {
        old = value;
        return;
      }
    values.emplace_back(std::move(name), value);
  }
  void Add(const std::string& name, double value) { Set(name, Get(name, 0) + value); }
  bool Has(const std::string& name) const {
    return std::any_of(values.begin(), values.end(), [&](const auto& value) { return value.first == name; });
  }
  double Get(const std::string& name, double missing = 0) const {
    for (const auto& [key, value] : values)
      if (key == name) return value;
    return missing;
  }
};

inline double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Runs fn and adds its seconds to "time/<phase>_s".
template <class Fn>
auto Timed(StepMetrics& metrics, const char* phase, Fn&& fn) {
  struct Stop {
    StepMetrics& metrics;
    const char* phase;
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    ~Stop() { metrics.Add(std::string("time/") + phase + "_s", SecondsSince(start)); }
  } stop{metrics, phase};
  return fn();
}

}  // namespace r1
