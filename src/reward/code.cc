// The reward `code`: a program against its tests, by the code judge.
#include <memory>
#include <mutex>

#include "base/error.h"
#include "judge/code/answer_program.h"
#include "judge/code/code_judge.h"
#include "judge/code/code_tests_json.h"
#include "judge/code/language.h"
#include "reward/response_parts.h"
#include "reward/reward.h"

namespace r1 {
namespace {

std::string Metadata(const Example& example, const char* key) {
  const auto found = example.metadata.find(key);
  return found == example.metadata.end() ? "" : found->second;
}

// The judge of a reward, made when the first program comes: a recipe can be read on a machine that cannot judge.
class LazyJudge {
 public:
  explicit LazyJudge(const CodeJudgeConfig& config) : config_(config) {
    config.Validate();
    config.run.Validate();
    config.compile.Validate();
  }
  CodeJudge& Get() {
    std::call_once(once_, [&] { judge_ = std::make_unique<CodeJudge>(config_); });
    return *judge_;
  }

 private:
  CodeJudgeConfig config_;
  std::once_flag once_;
  std::unique_ptr<CodeJudge> judge_;
};

struct Asked {
  CodeSubmission submission;
  CodeTests tests;
};

// What has to be judged; or, where nothing has, the result.
std::optional<Asked> WhatToJudge(const Example& example, const JudgedCompletion& completion, RewardResult& result) {
  CodeTestFields fields = {Metadata(example, "tests"), Metadata(example, "setup"), Metadata(example, "entry_point"),
                           Metadata(example, "declaration")};
  if (fields.tests.empty()) {
    result.detail = "the example has no tests";
    return std::nullopt;
  }
  result.score = 0;
  std::string language = Metadata(example, "language");
  if (language.empty()) language = Metadata(example, "lang");
  const AnswerProgram program = FindProgram(BehindThinking(completion.text).value_or(""), language);
  // Training asks for the form too: a program that is not between fences, or cut off, is none.
  if (program.form != AnswerProgram::Form::kWhole) {
    result.detail = "no program after the thinking";
    return std::nullopt;
  }
  if (language.empty()) language = program.fence_language.empty() ? "python" : program.fence_language;
  if (FindCodeLanguage(language) == nullptr) {
    result.detail = "a program in " + language + ", which has no judge";
    return std::nullopt;
  }
  // A prompt in code, as HumanEval has it, is the tests' own setup, and what the program may take for granted.
  std::string source = program.code;
  const bool prompt_is_code =
      !fields.entry_point.empty() && fields.setup.empty() && CodeLanguageNamed(language).asserts == AssertForm::kPython;
  if (prompt_is_code) {
    fields.setup = example.question;
    source = example.question + "\n" + source;
  }
  return Asked{{language, std::move(source)}, ParseCodeTests(fields, "the tests of " + example.id)};
}

RewardResult ResultOf(const CodeResult& judged) {
  return {judged.score, std::string(VerdictName(judged.verdict)) + (judged.reason.empty() ? "" : ": " + judged.reason),
          judged.timed_out};
}

}  // namespace

SlowReward MakeCodeReward(const RewardSpec& spec) {
  const auto score = [judge = std::make_shared<LazyJudge>(spec.code)](const Example& example, const JudgedCompletion& completion,
                                                                      const SlowWork& work) -> RewardResult {
    RewardResult result;
    const std::optional<Asked> asked = WhatToJudge(example, completion, result);
    if (!asked) return result;
    CodeJudge& code_judge = judge->Get();
    const std::stop_callback cancel(work.stop, [&] { code_judge.Cancel(); });
    return ResultOf(code_judge.Judge(asked->submission, asked->tests, work.limit));
  };
  return {score, spec.code.jobs};
}

}  // namespace r1
