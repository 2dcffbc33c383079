// One function for each form of tests: compiles a source and runs its tests in order, up to the first that failed unless
// config.all_tests.
#pragma once

#include <vector>

#include "judge/code/code_judge.h"
#include "judge/code/program.h"
#include "judge/code/test_programs.h"

namespace r1 {

struct FormContext {
  const Sandbox& sandbox;
  const CodeJudgeConfig& config;
  TestPrograms& test_programs;
  const CodeLanguage& language;
  const TimeLimit& until;  // of all runs together; what is not done then has failed
};

struct FormResult {
  std::string compile_message;  // not empty: it does not compile, and no test was run
  double compile_s = 0;
  std::vector<TestOutcome> tests;
};

FormResult JudgeStdinTests(const FormContext& context, std::string_view source, const StdinTests& tests);
// Two sandboxes each: see judge/code/python_sides.h and judge/code/cpp_sides.h. Throw kInvalidArgument where the tests are wrong.
FormResult JudgePythonAsserts(const FormContext& context, std::string_view source, const AssertTests& tests);
FormResult JudgeCppAsserts(const FormContext& context, std::string_view source, const AssertTests& tests);

// Call tests as assert tests of Python. Throws kInvalidArgument for arguments that are no list, and kDataLoss for what is no JSON.
AssertTests AssertsOfCalls(const CallTests& calls);

// One run of the program, which reads `input`.
RunResult RunOnInput(const Sandbox& sandbox, const Program& program, std::string_view input, const RunLimits& limits,
                     const TimeLimit& until = {});

// The outcome of a run without a look at what it wrote.
TestOutcome OutcomeOf(const RunResult& result, const RunLimits& limits);

}  // namespace r1
