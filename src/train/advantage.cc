#include "train/advantage.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace r1 {

bool HasVariance(std::span<const float> group) {
  float first = NAN;
  for (float r : group) {
    if (std::isnan(r)) continue;
    if (std::isnan(first)) first = r;
    if (r != first) return true;
  }
  return false;
}

GroupMoments MomentsOf(std::span<const float> group) {
  double sum = 0, count = 0, squares = 0;
  for (float r : group)
    if (!std::isnan(r)) sum += r, count += 1;
  if (count == 0) return {};
  const double mean = sum / count;
  for (float r : group)
    if (!std::isnan(r)) squares += (r - mean) * (r - mean);
  return {mean, count < 2 ? 0 : std::sqrt(squares / (count - 1))};
}

GroupAdvantages ComputeGroupAdvantages(std::span<const float> rewards, int64_t group_size, bool scale_by_std) {
  Require(group_size >= 2, "group_size must be at least 2, got ", group_size);
  Require(static_cast<int64_t>(rewards.size()) % group_size == 0, "advantages: ", rewards.size(),
          " rewards are not whole groups of ", group_size);
  GroupAdvantages result;
  result.advantages.assign(rewards.size(), 0.0f);
  for (size_t begin = 0; begin < rewards.size(); begin += static_cast<size_t>(group_size)) {
    const auto group = rewards.subspan(begin, static_cast<size_t>(group_size));
    if (!HasVariance(group)) {
      ++result.groups_without_variance;
      continue;  // r_i - mean is 0; computing it could leave a rounding error behind
    }
    const auto [mean, std] = MomentsOf(group);
    const double scale = scale_by_std ? 1.0 / (std + 1e-4) : 1.0;
    for (size_t i = 0; i < group.size(); ++i)
      if (!std::isnan(group[i])) result.advantages[begin + i] = static_cast<float>((group[i] - mean) * scale);
  }
  return result;
}

}  // namespace r1
