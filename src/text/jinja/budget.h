// What a template may use. Templates come with downloaded models and are foreign programs: whatever they say, rendering ends soon,
// in bounded memory, with an error that names the limit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"

namespace r1::jinja {

struct Limits {
  int64_t max_steps = 20'000'000;              // expressions, loop iterations, and work inside filters, about 10 ns each
  size_t max_bytes = size_t{512} << 20;        // all memory ever asked for during one rendering
  size_t max_output_bytes = size_t{64} << 20;  // of the rendered text
  int max_depth = 400;                         // nested evaluation: macros that call themselves, recursive loops
};

inline constexpr int kMaxSyntaxDepth = 200;   // nesting of expressions and blocks in the source
inline constexpr int kMaxValueDepth = 100;    // lists in lists
inline constexpr int64_t kMaxRange = 100000;  // items of range(), as in Python's sandbox

class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits), steps_left_(limits.max_steps), bytes_left_(limits.max_bytes) {}

  void Step(size_t steps = 1) {
    if (steps > static_cast<size_t>(steps_left_))
      Fail(ErrorCode::kResourceExhausted, "takes more than ", limits_.max_steps, " steps");
    steps_left_ -= static_cast<int64_t>(steps);
  }
  // Work that runs over `bytes` of text, such as a search.
  void Scan(size_t bytes) { Step(1 + bytes / 64); }
  void Allocate(size_t bytes) {
    if (bytes > bytes_left_) Fail(ErrorCode::kResourceExhausted, "needs more than ", limits_.max_bytes, " bytes of memory");
    bytes_left_ -= bytes;
    Step(1 + bytes / 64);
  }
  void CheckOutput(size_t bytes) const {
    if (bytes > limits_.max_output_bytes)
      Fail(ErrorCode::kResourceExhausted, "writes more than ", limits_.max_output_bytes, " bytes");
  }

  // Lives as long as one level of evaluation.
  class Nested {
   public:
    explicit Nested(Budget& budget) : budget_(budget) {
      if (budget_.depth_ >= budget_.limits_.max_depth)
        Fail(ErrorCode::kResourceExhausted, "nests evaluation deeper than ", budget_.limits_.max_depth, " levels");
      ++budget_.depth_;
    }
    ~Nested() { --budget_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    Budget& budget_;
  };

 private:
  Limits limits_;
  int64_t steps_left_;
  size_t bytes_left_;
  int depth_ = 0;
};

}  // namespace r1::jinja
