#include <algorithm>

#include "reward/reward.h"

namespace r1 {

// Overlong shaping: DAPO, https://arxiv.org/abs/2503.14476, equation 13.
RewardFn MakeLengthReward(const RewardSpec& spec) {
  Require(spec.soft_tokens > 0 && spec.soft_tokens <= spec.max_tokens, "reward length: soft_tokens must lie in 1..max_tokens (",
          spec.max_tokens, "), got ", spec.soft_tokens);
  return [max_tokens = spec.max_tokens, soft_tokens = spec.soft_tokens](const Example&,
                                                                        const JudgedCompletion& completion) -> RewardResult {
    const auto tokens = static_cast<int64_t>(completion.token_ids.size());
    const int64_t over = std::clamp<int64_t>(tokens - (max_tokens - soft_tokens), 0, soft_tokens);
    return {-static_cast<double>(over) / static_cast<double>(soft_tokens), StrCat(tokens, " tokens")};
  };
}

}  // namespace r1
