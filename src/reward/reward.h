// Rewards are functions from (example, completion) to a number, and nothing else: no state, no model. Adding one: a file in reward/
// and a row in reward/registry.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "data/example.h"
#include "judge/code/code_judge_config.h"

namespace r1 {

struct JudgedCompletion {
  std::string text;                // what the model wrote after the prompt, without the end token
  std::vector<int32_t> token_ids;  // the end token included if it was produced
  bool finished = false;           // ended by the end token, not cut off
};

struct RewardResult {
  std::optional<double> score;  // nothing: this reward does not apply to this example
  std::string detail;           // why, in a few words, for logs and people
};

using RewardFn = std::function<RewardResult(const Example&, const JudgedCompletion&)>;

// A reward that takes long, because it runs programs: begins the work, and gives what waits for its result. The work has time
// limits of its own.
using PendingReward = std::function<RewardResult()>;
using SlowRewardFn = std::function<PendingReward(const Example&, const JudgedCompletion&)>;

// One reward of a recipe. Each reward reads the settings it names in its description.
struct RewardSpec {
  std::string name = "accuracy";
  double weight = 1;
  std::string language = "en";
  int64_t max_tokens = 128;
  int64_t soft_tokens = 32;
  int64_t ngram = 4;
  std::string command;
  double timeout_s = 10;
  CodeJudgeConfig code;

  static constexpr auto Fields() {
    using C = RewardSpec;
    return std::tuple{Field{"name", &C::name, "name of a reward of the registry (accuracy, format, language, ...)"},
                      Field{"weight", &C::weight, "factor in the sum of all rewards"},
                      Field{"language", &C::language,
                            "language: the language wanted in the thinking, en or fr; language_consistency: any code, or question"},
                      Field{"max_tokens", &C::max_tokens, "length: completions of this many tokens get -1"},
                      Field{"soft_tokens", &C::soft_tokens, "length: the penalty begins this many tokens below max_tokens"},
                      Field{"ngram", &C::ngram, "repetition: how many words in a row count as a repetition"},
                      Field{"command", &C::command, "command: the program to ask, one JSON object a line (docs/rewards.md)"},
                      Field{"timeout_s", &C::timeout_s, "command: seconds for one completion"},
                      Field{"code", &C::code, ""}};
  }
  void Validate() const;
};

struct RewardRow {
  const char* name;
  const char* description;
  RewardFn (*make)(const RewardSpec& spec);                     // throws kInvalidArgument for settings it cannot use
  SlowRewardFn (*make_slow)(const RewardSpec& spec) = nullptr;  // of a reward that takes long; `make` waits for it
};

std::span<const RewardRow> AllRewards();
const RewardRow& FindReward(std::string_view name);  // throws kInvalidArgument naming the known ones

// The functions behind the rows.
RewardResult AccuracyReward(const Example& example, const JudgedCompletion& completion);
RewardResult MathReward(const Example& example, const JudgedCompletion& completion);
RewardResult FormatReward(const Example& example, const JudgedCompletion& completion);
RewardResult TagCountReward(const Example& example, const JudgedCompletion& completion);
RewardFn MakeLanguageReward(const RewardSpec& spec);
RewardFn MakeLengthReward(const RewardSpec& spec);
RewardFn MakeRepetitionReward(const RewardSpec& spec);
RewardFn MakeCodeReward(const RewardSpec& spec);
SlowRewardFn MakeSlowCodeReward(const RewardSpec& spec);
RewardFn MakeLanguageConsistencyReward(const RewardSpec& spec);
RewardFn MakeCommandReward(const RewardSpec& spec);

}  // namespace r1
