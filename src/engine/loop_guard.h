// Notices that a text repeats itself: its last tokens are equal, one by one, to those one period earlier, for at least `window`
// tokens and two whole periods. So three copies of the same text, whatever its length; a text that counts or varies is no loop.
#pragma once

#include <cstdint>
#include <span>

#include "engine/ngram_index.h"

namespace r1 {

class LoopGuard {
 public:
  // window: at least 1 token.
  explicit LoopGuard(int64_t window) : window_(window) {}

  // `tokens`: all so far, the new one last. True while they loop. Never true for what is no loop; a loop is noticed once a piece of
  // it that is unique within the period has come again, at the latest a period after it is one.
  bool Push(std::span<const int32_t> tokens);
  void Reset();

 private:
  static constexpr int kAnchor = 6;  // tokens that must come again before a period is looked for

  int64_t window_;
  NgramIndex index_{kAnchor};
  int64_t period_ = 0;    // 0: none
  int64_t repeated_ = 0;  // tokens at the end that equal those a period earlier
};

}  // namespace r1
