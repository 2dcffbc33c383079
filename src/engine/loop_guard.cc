#include "engine/loop_guard.h"

#include <algorithm>

namespace r1 {

bool LoopGuard::Push(std::span<const int32_t> tokens) {
  const auto size = static_cast<int64_t>(tokens.size());
  const auto repeats = [&](int64_t i) { return tokens[static_cast<size_t>(i)] == tokens[static_cast<size_t>(i - period_)]; };
  index_.Extend(tokens);
  if (period_ > 0 && repeats(size - 1)) {
    ++repeated_;
  } else {
    const NgramIndex::Match match = index_.LongestMatch(tokens, window_);
    period_ = match.length > 0 ? size - match.end : 0;
    repeated_ = 0;
    const int64_t most = std::min(std::max(window_, 2 * period_), size - period_);
    while (period_ > 0 && repeated_ < most && repeats(size - 1 - repeated_)) ++repeated_;
  }
  return period_ > 0 && repeated_ >= std::max(window_, 2 * period_);
}

void LoopGuard::Reset() {
  index_.Clear();
  period_ = repeated_ = 0;
}

}  // namespace r1
