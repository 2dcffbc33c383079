#include "reward/reward.h"

#include "base/bounds.h"

namespace r1 {

static constexpr RewardRow kRewards[] = {
    {"accuracy", "1 if the last <answer> after </think> equals the expected answer, else 0",
     [](const RewardSpec&) -> RewardFn { return AccuracyReward; }, nullptr, true, true, RewardNeeds::kAnswer},
    {"math",
     "1 if the answer (\\boxed{...}, <answer>, \"the answer is\") equals the expected one as mathematics, else 0; no answer, no "
     "score",
     [](const RewardSpec&) -> RewardFn { return MathReward; }, nullptr, true, false, RewardNeeds::kAnswer},
    {"code", "the score of the last fenced program after </think> against the example's tests (docs/judge.md); no tests, no score",
     nullptr, MakeCodeReward, true, false, RewardNeeds::kTests},
    {"format", "1 if the completion is exactly <think> thinking </think> <answer> answer </answer> and then the end, else 0",
     [](const RewardSpec&) -> RewardFn { return FormatReward; }, nullptr, false, true},
    {"tag_count", "a quarter for each of the four tags that occurs once and in its place",
     [](const RewardSpec&) -> RewardFn { return TagCountReward; }, nullptr, false, true},
    {"language", "share of the thinking's words that are of `language`; a line of bare symbols counts as one foreign word",
     MakeLanguageReward},
    {"length", "0 up to max_tokens - soft_tokens tokens, then falling to -1 at max_tokens (DAPO's overlong shaping)",
     MakeLengthReward},
    {"repetition", "minus the share of runs of `ngram` words that have occurred before in the completion", MakeRepetitionReward},
    {"language_consistency",
     "share of the thinking's words that are of `language`, any code, or of the question's language (question)", nullptr,
     MakeLanguageConsistencyReward},
    {"command", "what the program `command` says, within `timeout_s` seconds (docs/rewards.md)", nullptr, MakeCommandReward, true,
     false, RewardNeeds::kNothing, RehearseCommand},
};

std::span<const RewardRow> AllRewards() { return kRewards; }

const RewardRow& FindReward(std::string_view name) {
  std::string known;
  for (const RewardRow& row : kRewards) {
    if (row.name == name) return row;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  Fail(ErrorCode::kInvalidArgument, "reward: there is no '", name, "'; known rewards: ", known);
}

void RequireDistinct(std::span<const RewardSpec> rewards) {
  for (size_t i = 0; i < rewards.size(); ++i)
    for (size_t j = 0; j < i; ++j) Require(rewards[i].name != rewards[j].name, "rewards: '", rewards[i].name, "' is listed twice");
}

std::optional<size_t> JudgingReward(std::span<const RewardSpec> rewards) {
  for (size_t i = 0; i < rewards.size(); ++i)
    if (FindReward(rewards[i].name).judges_answers) return i;
  return std::nullopt;
}

RewardFn MakeReward(const RewardSpec& spec) {
  const RewardRow& row = FindReward(spec.name);
  if (row.make_slow == nullptr) return row.make(spec);
  return [slow = row.make_slow(spec), timeout_s = spec.timeout_s](const Example& example, const JudgedCompletion& completion) {
    return slow.score(example, completion, {TimeLimit(timeout_s), {}});
  };
}

void RewardSpec::Validate() const {
  RequireRange(StrCat("reward ", name, ": weight"), weight, -1e9, 1e9);
  Require(timeout_s > 0 && timeout_s <= 86400, "reward ", name, ": timeout_s must be above 0 and at most a day, got ", timeout_s);
  MakeReward(*this);
}

}  // namespace r1
