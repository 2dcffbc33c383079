#include "judge/code/judge_forms.h"
#include "judge/code/output_compare.h"
#include "judge/code/run_verdict.h"

namespace r1 {

RunResult RunOnInput(const Sandbox& sandbox, const Program& program, std::string_view input, const RunLimits& limits,
                     const TimeLimit& until) {
  const OwnedFd file = MakeSealedFile(input);
  RunRequest request = program.Request();
  request.input = &file;
  request.limits = limits;
  request.until = until;
  return sandbox.Run(std::move(request));
}

TestOutcome OutcomeOf(const RunResult& result, const RunLimits& limits) {
  TestOutcome outcome = {.cpu_s = static_cast<double>(result.report.cpu_us) / 1e6,
                         .wall_s = static_cast<double>(result.report.wall_us) / 1e6,
                         .peak_bytes = result.report.peak_bytes};
  if (const auto failure = FailureOf(result, limits)) {
    outcome.verdict = failure->verdict;
    outcome.reason = failure->reason;
  }
  return outcome;
}

FormResult JudgeStdinTests(const FormContext& context, std::string_view source, const StdinTests& tests) {
  const CodeJudgeConfig& config = context.config;
  const Program program = PrepareProgram(context.sandbox, context.language, source, config.compile, {}, context.until);
  FormResult form = {.compile_message = program.compile_message, .compile_s = program.compile_s};
  if (!form.compile_message.empty()) return form;
  for (const StdinTest& test : tests) {
    const RunResult result = RunOnInput(context.sandbox, program, test.input, config.run, context.until);
    TestOutcome outcome = OutcomeOf(result, config.run);
    if (outcome.verdict == Verdict::kAccepted) {
      outcome.reason = CompareOutput(result.output, test.expected, config.tolerance, config.decimals);
      if (!outcome.reason.empty()) outcome.verdict = Verdict::kWrongAnswer;
    }
    form.tests.push_back(std::move(outcome));
    if (form.tests.back().verdict != Verdict::kAccepted && !config.all_tests) break;
    if (context.until.Over()) break;
  }
  return form;
}

}  // namespace r1
