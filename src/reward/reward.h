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
#include "reward/judged_completion.h"
#include "reward/slow_reward.h"

namespace r1 {

using RewardFn = std::function<RewardResult(const Example&, const JudgedCompletion&)>;

// One reward of a recipe. Each reward reads the settings it names in its description.
struct RewardSpec {
  std::string name = "accuracy";
  double weight = 1;
  std::string language = "en";
  int64_t max_tokens = 128;
  int64_t soft_tokens = 32;
  int64_t ngram = 4;
  std::string command;
  int64_t jobs = 1;
  double timeout_s = 60;
  CodeJudgeConfig code;

  static constexpr auto Fields() {
    using C = RewardSpec;
    return std::tuple{
        Field{"name", &C::name, "name of a reward of the registry (accuracy, format, language, ...)"},
        Field{"weight", &C::weight, "factor in the sum of all rewards"},
        Field{"language", &C::language,
              "language: the language wanted in the thinking, en or fr; language_consistency: any code, or question"},
        Field{"max_tokens", &C::max_tokens, "length: completions of this many tokens get -1"},
        Field{"soft_tokens", &C::soft_tokens, "length: the penalty begins this many tokens below max_tokens"},
        Field{"ngram", &C::ngram, "repetition: how many words in a row count as a repetition"},
        Field{"command", &C::command,
              "command: the program to ask, one JSON object a line (docs/rewards.md); its paths begin where r1 was started"},
        Field{"jobs", &C::jobs, "command: copies of the program, each of which is asked about one completion at a time"},
        Field{"timeout_s", &C::timeout_s,
              "code, command, language_consistency: seconds for one completion, which else gets the score 0"},
        Field{"code", &C::code, ""}};
  }
  void Validate() const;
};

enum class RewardNeeds { kNothing, kAnswer, kTests };  // of a question; without, the reward does not apply

struct RewardRow {
  const char* name;
  const char* description;
  RewardFn (*make)(const RewardSpec& spec);                   // throws kInvalidArgument for settings it cannot use
  SlowReward (*make_slow)(const RewardSpec& spec) = nullptr;  // of a reward that takes long, which has no `make`
  bool judges_answers = false;                                // its score tells how right the answer is, 0 to 1
  bool reads_tags = false;                                    // it looks for <think> and <answer>
  RewardNeeds needs = RewardNeeds::kNothing;
  // Tries what could fail hours later, for so many seconds; throws kInvalidArgument.
  void (*rehearse)(const RewardSpec& spec, double seconds) = nullptr;
};

std::span<const RewardRow> AllRewards();
const RewardRow& FindReward(std::string_view name);  // throws kInvalidArgument naming the known ones
// Throws kInvalidArgument for a name that is listed twice.
void RequireDistinct(std::span<const RewardSpec> rewards);
// The first of some rewards that judges answers; nothing if none does.
std::optional<size_t> JudgingReward(std::span<const RewardSpec> rewards);
RewardFn MakeReward(const RewardSpec& spec);  // any of them alone; a slow one is computed by who calls it

// The functions behind the rows.
RewardResult AccuracyReward(const Example& example, const JudgedCompletion& completion);
RewardResult MathReward(const Example& example, const JudgedCompletion& completion);
RewardResult FormatReward(const Example& example, const JudgedCompletion& completion);
RewardResult TagCountReward(const Example& example, const JudgedCompletion& completion);
RewardFn MakeLanguageReward(const RewardSpec& spec);
RewardFn MakeLengthReward(const RewardSpec& spec);
RewardFn MakeRepetitionReward(const RewardSpec& spec);
SlowReward MakeCodeReward(const RewardSpec& spec);
SlowReward MakeLanguageConsistencyReward(const RewardSpec& spec);
SlowReward MakeCommandReward(const RewardSpec& spec);

// Starts the program of a `command` reward and sees that it waits to be asked: a name with a typo, or a script with an error.
void RehearseCommand(const RewardSpec& spec, double seconds);

}  // namespace r1
