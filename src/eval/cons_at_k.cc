#include "eval/cons_at_k.h"

#include <vector>

#include "base/error.h"

namespace r1 {

std::optional<size_t> MajorityAnswer(std::span<const std::optional<std::string>> answers, const SameAnswer& same) {
  struct Candidate {
    size_t first;
    int64_t votes;
  };
  std::vector<Candidate> candidates;  // in order of first appearance
  for (size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) continue;
    bool found = false;
    for (Candidate& candidate : candidates) {
      if (!same(*answers[candidate.first], *answers[i])) continue;
      candidate.votes += 1;
      found = true;
      break;
    }
    if (!found) candidates.push_back({i, 1});
  }
  std::optional<size_t> best;
  int64_t most = 0;
  for (const Candidate& candidate : candidates) {
    if (candidate.votes > most) most = candidate.votes, best = candidate.first;
  }
  return best;
}

double ConsAtK(std::span<const std::optional<std::string>> answers, std::string_view expected, int64_t k, const SameAnswer& same) {
  const auto n = static_cast<int64_t>(answers.size());
  Require(k >= 1 && k <= n, "cons@k: k must lie in 1..n, got k=", k, ", n=", n);
  const int64_t blocks = n / k;
  int64_t right = 0;
  for (int64_t b = 0; b < blocks; ++b) {
    const auto block = answers.subspan(static_cast<size_t>(b * k), static_cast<size_t>(k));
    const std::optional<size_t> majority = MajorityAnswer(block, same);
    right += majority && same(*block[*majority], expected);
  }
  return static_cast<double>(right) / static_cast<double>(blocks);
}

}  // namespace r1
