#include "judge/code/code_judge.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/bounds.h"
#include "base/error.h"
#include "base/machine.h"
#include "judge/code/judge_forms.h"
#include "judge/code/language.h"
#include "judge/code/program.h"
#include "judge/code/run_verdict.h"
#include "judge/code/sandbox.h"
#include "judge/code/workers.h"

namespace r1 {
namespace {

FormResult JudgeForm(const FormContext& context, std::string_view source, const CodeTests& tests) {
  if (const auto* stdin_tests = std::get_if<StdinTests>(&tests)) return JudgeStdinTests(context, source, *stdin_tests);
  const AssertForm form = context.language.asserts;
  if (const auto* calls = std::get_if<CallTests>(&tests)) {
    Require(form == AssertForm::kPython, "call tests are for Python, not ", context.language.name);
    return JudgePythonAsserts(context, source, AssertsOfCalls(*calls));
  }
  const auto& asserts = std::get<AssertTests>(tests);
  if (form == AssertForm::kPython) return JudgePythonAsserts(context, source, asserts);
  Require(form == AssertForm::kCpp, "assert tests are for Python and C++, not ", context.language.name);
  return JudgeCppAsserts(context, source, asserts);
}

// The first line with an error, e.g. not "In function main:".
std::string_view FirstComplaint(std::string_view message) {
  const size_t error = std::min(message.find("error"), message.size());
  const size_t begin = error == message.size() ? 0 : message.rfind('\n', error) + 1;  // npos + 1 is 0
  return message.substr(begin, message.find('\n', begin) - begin);
}

void Summarize(const CodeJudgeConfig& config, CodeResult& result) {
  if (!result.compile_message.empty()) {
    result.verdict = Verdict::kCompileError;
    result.reason = HeadOf(FirstComplaint(result.compile_message), 300);
    result.score = config.compile_error_score;
    return;
  }
  for (size_t i = 0; i < result.tests.size(); ++i) {
    const TestOutcome& test = result.tests[i];
    if (test.verdict == Verdict::kAccepted) {
      ++result.num_passed;
    } else if (result.verdict == Verdict::kAccepted) {
      result.verdict = test.verdict;
      result.reason = StrCat("test ", i + 1, ": ", test.reason);
    }
  }
  if (result.verdict == Verdict::kAccepted && result.num_passed < result.num_tests) {  // none of the above may miss one
    result.verdict = Verdict::kWrongAnswer;
    result.reason = StrCat("only ", result.num_passed, " of ", result.num_tests, " tests were run");
  }
  const double share = static_cast<double>(result.num_passed) / static_cast<double>(result.num_tests);
  result.score = config.partial_credit ? share : share < 1 ? 0 : 1;
}

// A run holds about ten descriptors, and 64 assert tests at once are 128 runs: more than the 1,024 that processes begin with.
void RaiseDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

struct CodeJudge::State {
  explicit State(const CodeJudgeConfig& c)
      : config(c),
        sandbox({.unsafe_without_isolation = c.unsafe_without_isolation, .use_cgroups = c.use_cgroups}),
        workers(c.jobs > 0 ? c.jobs : AvailableCpus()) {
    config.all_tests = config.all_tests || config.partial_credit;
  }
  CodeJudgeConfig config;
  Sandbox sandbox;
  TestPrograms test_programs;
  Workers workers;  // last: its threads use the others
};

void CodeJudgeConfig::Validate() const {
  Require(jobs >= 0 && jobs <= 1024, "jobs must be between 0 and 1024, got ", jobs);
  RequireRange("compile_error_score", compile_error_score, -1e9, 1e9);
  Require(tolerance >= 0 && tolerance < 1, "tolerance must be at least 0 and below 1, got ", tolerance);
}

CodeJudge::CodeJudge(const CodeJudgeConfig& config) {
  config.Validate();
  config.run.Validate();
  config.compile.Validate();
  RaiseDescriptorLimit();
  state_ = std::make_unique<State>(config);
}

CodeJudge::~CodeJudge() = default;

CodeResult CodeJudge::Judge(const CodeSubmission& submission, const CodeTests& tests, const TimeLimit& until) const {
  const CodeLanguage& language = CodeLanguageNamed(submission.language);
  CodeResult result;
  result.num_tests = static_cast<int64_t>(NumTests(tests));
  Require(result.num_tests > 0, "a submission needs at least one test");
  FormResult form = JudgeForm({state_->sandbox, state_->config, state_->test_programs, language, until}, submission.source, tests);
  result.compile_s = form.compile_s;
  result.compile_message = std::move(form.compile_message);
  result.tests = std::move(form.tests);
  Summarize(state_->config, result);
  if (result.verdict != Verdict::kAccepted && until.Over()) {  // cut short, and what is missing would be guessed
    result.verdict = Verdict::kTimeLimit;
    result.reason = StrCat("not judged within ", until.seconds(), " s");
    result.score = 0;
    result.timed_out = true;
  }
  return result;
}

std::future<CodeResult> CodeJudge::Submit(CodeSubmission submission, CodeTests tests) {
  auto task = std::make_shared<std::packaged_task<CodeResult()>>(
      [this, submission = std::move(submission), tests = std::move(tests)] { return Judge(submission, tests); });
  std::future<CodeResult> later = task->get_future();
  state_->workers.Add([task] { (*task)(); });
  return later;
}

std::vector<CodeJudge::Ran> CodeJudge::RunOn(const CodeSubmission& submission, const std::vector<std::string>& inputs) const {
  const CodeJudgeConfig& config = state_->config;
  const Program program =
      PrepareProgram(state_->sandbox, CodeLanguageNamed(submission.language), submission.source, config.compile);
  if (!program.compile_message.empty()) return {inputs.size(), {Verdict::kCompileError, program.compile_message, ""}};
  std::vector<Ran> runs;
  for (const std::string& text : inputs) {
    RunResult result = RunOnInput(state_->sandbox, program, text, config.run);
    const TestOutcome outcome = OutcomeOf(result, config.run);
    runs.push_back({outcome.verdict, outcome.reason, std::move(result.output)});
  }
  return runs;
}

void CodeJudge::Cancel() { state_->sandbox.Cancel(); }

}  // namespace r1
