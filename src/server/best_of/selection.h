// Which of n chains is the answer: of those that passed all verifiers the one with the lowest index; if none did, the one that
// passed most of them, of equals again the one with the lowest index. The chain that was judged first does not win: that would
// depend on load.
//   Best of n with verifiers: Cobbe et al. 2021, https://arxiv.org/abs/2110.14168
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace r1 {

class Selection {
 public:
  explicit Selection(int64_t num_chains) : passed_(static_cast<size_t>(num_chains), kNotJudged) {}

  // A chain passed so many of the verifiers. Once for each.
  void Judged(int64_t chain, int64_t num_passed, int64_t num_verifiers);

  int64_t num_judged() const { return num_judged_; }
  // The lowest chain so far that passed all.
  std::optional<int64_t> passing() const { return passing_; }
  // It, or else the best so far; nothing if none was judged.
  std::optional<int64_t> best() const;
  // One has passed all, and all lower ones were judged: nothing that follows can change it.
  bool decided() const;

 private:
  static constexpr int64_t kNotJudged = -1;

  std::vector<int64_t> passed_;  // verifiers, by chain
  std::optional<int64_t> passing_;
  int64_t num_judged_ = 0;
};

}  // namespace r1
