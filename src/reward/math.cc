// The accuracy of mathematical answers, leniently: \frac{1}{2}, 0.5 and "50%" are one answer, wherever it stands behind the
// thinking. `accuracy` stays beside it: strict, cheap and bound to <answer>, it is what the small recipes with integer answers
// learn from.
#include "base/error.h"
#include "judge/math/math_verdict.h"
#include "reward/response_parts.h"
#include "reward/reward.h"

namespace r1 {

RewardResult MathReward(const Example& example, const JudgedCompletion& completion) {
  if (example.answer.empty()) return {std::nullopt, "no expected answer"};
  // Where the prompt opened the thinking, a completion that was cut off inside shows neither of its tags.
  if (!completion.finished && completion.text.find(kThinkClose) == std::string::npos) return {0.0, "cut off before </think>"};
  const MathVerdict verdict = JudgeMath(example.answer, completion.text);
  if (verdict.right()) return {1.0, verdict.reason};
  return {0.0, StrCat(MathOutcomeName(verdict.outcome), ": ", verdict.reason, "; expected ", verdict.expected.substr(0, 40),
                      ", got ", verdict.answer.substr(0, 40))};
}

}  // namespace r1
