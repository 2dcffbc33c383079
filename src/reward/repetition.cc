#include <string_view>
#include <unordered_set>
#include <vector>

#include "reward/reward.h"

namespace r1 {

RewardFn MakeRepetitionReward(const RewardSpec& spec) {
  Require(spec.ngram >= 1 && spec.ngram <= 64, "reward repetition: ngram must lie in 1..64, got ", spec.ngram);
  return [n = static_cast<size_t>(spec.ngram)](const Example&, const JudgedCompletion& completion) -> RewardResult {
    const std::string_view text = completion.text;
    std::vector<size_t> starts, ends;  // of words, split at white space
    for (size_t i = 0; i < text.size(); ++i) {
      const bool space = text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
      if (space) continue;
      if (starts.empty() || ends.back() != i) {
        starts.push_back(i);
        ends.push_back(i);
      }
      ends.back() = i + 1;
    }
    if (starts.size() < n) return {0.0, "too short to repeat"};
    std::unordered_set<std::string_view> seen;
    size_t repeated = 0;
    const size_t runs = starts.size() - n + 1;
    for (size_t i = 0; i < runs; ++i) repeated += !seen.insert(text.substr(starts[i], ends[i + n - 1] - starts[i])).second;
    // + 0.0 turns -0 into 0.
    return {-static_cast<double>(repeated) / static_cast<double>(runs) + 0.0, StrCat(repeated, " of ", runs, " runs repeated")};
  };
}

}  // namespace r1
