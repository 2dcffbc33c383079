#include "engine/nucleus.h"

#include <algorithm>

namespace r1 {
namespace {

// Ranges of logits, the highest first. Which range a logit is in never rises with the logit, whatever rounding does.
class LogitRanges {
 public:
  static constexpr size_t kCount = 4096;
  LogitRanges(float largest, float least)
      : largest_(largest), scale_(static_cast<float>(kCount) / std::max(largest - least, 1e-6f)) {}
  size_t IndexOf(float logit) const {
    const float at = (largest_ - logit) * scale_;
    return at < static_cast<float>(kCount - 1) ? static_cast<size_t>(at) : kCount - 1;
  }

 private:
  float largest_, scale_;
};

}  // namespace

bool KeepNucleus(double mass, std::vector<TokenCandidate>& candidates) {
  TokenMass sum;
  for (size_t done = 0; done < candidates.size();) {
    const size_t end = std::min(candidates.size(), std::max<size_t>(64, 4 * done));
    const auto at = [&](size_t i) { return candidates.begin() + static_cast<ptrdiff_t>(i); };
    if (end < candidates.size()) std::nth_element(at(done), at(end), candidates.end(), RanksBefore);
    std::sort(at(done), at(end), RanksBefore);
    for (; done < end; ++done) {
      sum.Add(candidates[done].weight);
      if (!sum.Reaches(mass)) continue;
      candidates.resize(done + 1);
      return true;
    }
  }
  return false;
}

std::optional<TokenCandidate> LastOfNucleus(double mass, std::span<const float> logits, const float* weights, float largest,
                                            float least) {
  const LogitRanges ranges(largest, least);
  std::vector<TokenMass> masses(LogitRanges::kCount);
  for (size_t v = 0; v < logits.size(); ++v)
    if (weights[v] > 0) masses[ranges.IndexOf(logits[v])].Add(weights[v]);

  TokenMass before;
  size_t range = 0;
  for (; range < masses.size(); ++range) {
    TokenMass with = before;
    with.Add(masses[range]);
    if (with.Reaches(mass)) break;
    before = with;
  }
  if (range == masses.size()) return std::nullopt;

  std::vector<TokenCandidate> there;
  for (size_t v = 0; v < logits.size(); ++v)
    if (weights[v] > 0 && ranges.IndexOf(logits[v]) == range) there.push_back({logits[v], weights[v], static_cast<int32_t>(v)});
  if (!std::is_sorted(there.begin(), there.end(), RanksBefore)) std::sort(there.begin(), there.end(), RanksBefore);  // ties are
  for (const TokenCandidate& c : there) {
    before.Add(c.weight);
    if (before.Reaches(mass)) return c;
  }
  return std::nullopt;  // not reached: the range as a whole got there
}

}  // namespace r1
