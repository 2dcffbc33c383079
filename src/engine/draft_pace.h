// How many tokens to guess for a sequence: as many as are likely enough to be right, judged by how the last guesses went. Where
// they keep failing it asks for one token from time to time, less and less often, so that a text without repetition costs next to
// nothing. The pace changes how fast tokens come, never which.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace r1 {

class DraftPace {
 public:
  // worthwhile: the least chance of being right at which a guess pays; the dearer guesses are, the higher. most: the longest draft.
  // Changes the pace: to be called once for every draft that could be made.
  int64_t Length(float worthwhile, int64_t most) {
    if (most <= 0) return 0;
    if (chance_ >= worthwhile) {
      const float length = std::log(worthwhile) / std::log(chance_);  // chance^length = worthwhile
      return std::clamp<int64_t>(static_cast<int64_t>(std::min(length, 1e6f)), 1, most);
    }
    if (++waited_ < wait_) return 0;
    waited_ = 0;
    wait_ = std::min(2 * wait_, kLongestWait);
    return 1;
  }

  void Record(int64_t drafted, int64_t accepted) {
    for (int64_t i = 0; i < accepted; ++i) chance_ += kRate * (kCertain - chance_);
    if (accepted < drafted) chance_ -= kRate * chance_;
    if (accepted > 0) wait_ = kShortestWait;
  }

 private:
  static constexpr float kRate = 0.2f, kCertain = 0.98f;
  static constexpr int64_t kShortestWait = 4, kLongestWait = 64;
  float chance_ = 0.6f;  // that the next guess is right
  int64_t wait_ = kShortestWait, waited_ = 0;
};

}  // namespace r1
