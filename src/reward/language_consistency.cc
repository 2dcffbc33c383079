// DeepSeek-R1's language consistency, for any language: words of the target language / words of the thinking
// (https://arxiv.org/abs/2501.12948, section 2.3.2). `language` beside it is the small recipes' own, which also counts bare
// symbols.
#include "reward/language_share.h"
#include "reward/response_parts.h"
#include "reward/reward.h"

namespace r1 {

SlowReward MakeLanguageConsistencyReward(const RewardSpec& spec) {
  Require(spec.language == "question" || IsTellableLanguage(spec.language), "reward language_consistency: `", spec.language,
          "` is no language code that can be told, such as en, zh or ru, nor `question`");
  const auto score = [language = spec.language](const Example& example, const JudgedCompletion& completion,
                                                const SlowWork& work) -> RewardResult {
    if (completion.text.find(kThinkClose) == std::string::npos) return {0.0, "no closed thinking"};
    const std::string target = language == "question" ? LanguageOfText(example.question) : language;
    if (target.empty()) return {std::nullopt, "the question's language cannot be told"};
    const std::optional<LanguageWords> words = CountLanguageWords(ThinkingOf(completion.text), target, work.limit);
    if (!words) return TimedOut(work.limit);
    if (words->all == 0) return {std::nullopt, "no words in the thinking"};
    return {static_cast<double>(words->target) / static_cast<double>(words->all),
            StrCat(words->target, " of ", words->all, " words are ", target)};
  };
  return {score};
}

}  // namespace r1
