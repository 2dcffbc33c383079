#include "reward/response_parts.h"
#include "reward/reward.h"
#include "reward/word_language.h"

namespace r1 {

// DeepSeek-R1's language consistency reward, https://arxiv.org/abs/2501.12948: words of the target language / words of the
// thinking. Thinking without a closed <think> gets 0, so that the reward cannot be had without thinking.
RewardFn MakeLanguageReward(const RewardSpec& spec) {
  Require(IsKnownLanguage(spec.language), "reward language: expected en or fr, got '", spec.language, "'");
  return [language = spec.language](const Example&, const JudgedCompletion& completion) -> RewardResult {
    if (completion.text.find(kThinkClose) == std::string::npos) return {0.0, "no closed thinking"};
    const LanguageCounts counts = CountLanguages(ThinkingOf(completion.text));
    const double share = counts.Share(language);
    return {share, StrCat(counts.english, " English, ", counts.french, " French, ", counts.other, " other words, ", counts.bare,
                          " bare lines")};
  };
}

}  // namespace r1
