// What one verdict may cost, in steps rather than in seconds, so that the same pair gets the same verdict on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace r1::math {

// Thrown where an input is outside what the judge decides (too long, too deep, too costly, undefined), and caught by JudgeMath.
struct Refusal {
  std::string reason;
};

inline constexpr size_t kMaxAnswerBytes = 8192;      // of one answer, after extraction
inline constexpr int kMaxDepth = 100;                // of brackets, braces, signs and exponents in each other
inline constexpr int kMaxTreeDepth = 8 * kMaxDepth;  // a level of brackets makes a few levels of the tree
inline constexpr int64_t kMaxIntegerBits = 1 << 16;

// A step is about ten nanoseconds on a machine of 2024: the whole budget is some 15 ms, well under the promised 50.
class Budget {
 public:
  explicit Budget(int64_t steps = 1'500'000) : steps_(steps) {}
  void Spend(int64_t steps) {
    steps_ -= steps;
    if (steps_ < 0) throw Refusal{"too costly to decide"};
  }

 private:
  int64_t steps_;
};

// Counts levels of recursion while it lives.
class DepthGuard {
 public:
  explicit DepthGuard(int& depth, int most = kMaxDepth) : depth_(depth) {
    if (++depth_ > most) {
      --depth_;
      throw Refusal{"nested too deep"};
    }
  }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  int& depth_;
};

}  // namespace r1::math
