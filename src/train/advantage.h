// Group-relative advantages: what GRPO has in place of a value model.
// Shao et al. 2024 (DeepSeekMath), https://arxiv.org/abs/2402.03300; without std: Liu et al. 2025 (Dr. GRPO),
// https://arxiv.org/abs/2503.20783
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace r1 {

struct GroupAdvantages {
  std::vector<float> advantages;  // one per completion
  int64_t groups_without_variance = 0;
};

// rewards: groups of group_size, one after the other; NaN = no reward applies, its advantage is 0 and it is left out of mean and
// std.
//   A_i = r_i - mean(group), divided by (std(group) + 1e-4) if scale_by_std; std is the sample standard deviation (Bessel), as in
//   TRL.
// Throws kInvalidArgument unless rewards are whole groups of at least 2.
GroupAdvantages ComputeGroupAdvantages(std::span<const float> rewards, int64_t group_size, bool scale_by_std);

// Mean and sample standard deviation of the rewards of one group that are there; 0 where too few are.
struct GroupMoments {
  double mean = 0, std = 0;
};
GroupMoments MomentsOf(std::span<const float> group);

// Whether all rewards of a group are equal (or absent): nothing to learn from it.
bool HasVariance(std::span<const float> group);

}  // namespace r1
