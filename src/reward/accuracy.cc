#include "reward/answer_equality.h"
#include "reward/response_parts.h"
#include "reward/reward.h"

namespace r1 {

RewardResult AccuracyReward(const Example& example, const JudgedCompletion& completion) {
  if (example.answer.empty()) return {std::nullopt, "no expected answer"};
  const std::optional<std::string_view> answer = FinalAnswer(completion.text);
  if (!answer) return {0.0, "no <answer> after </think>"};
  if (AnswersEqual(*answer, example.answer)) return {1.0, "right"};
  return {0.0, StrCat("expected ", example.answer, ", got ", answer->substr(0, 40))};
}

}  // namespace r1
