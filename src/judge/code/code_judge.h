// The code judge: compiles and runs what a model wrote, against tests, where it can do no harm and cannot fool anybody.
//
//   CodeJudge judge;
//   CodeResult result = judge.Judge({"cpp", source}, StdinTests{{"2 3\n", "5\n"}});
//   result.verdict == Verdict::kAccepted;  result.score;  result.reason;
//   std::future<CodeResult> later = judge.Submit({"python", source}, AssertTests{.tests = {"assert add(2, 3) == 5"}});
//
// Threats and what meets them: docs/judge.md, "code".
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "base/time_limit.h"
#include "judge/code/code_judge_config.h"
#include "judge/code/code_tests.h"
#include "judge/code/verdict.h"

namespace r1 {

struct CodeSubmission {
  std::string language;  // a name of judge/code/language.h
  std::string source;
};

struct TestOutcome {
  Verdict verdict = Verdict::kAccepted;
  std::string reason;  // empty if accepted
  double cpu_s = 0, wall_s = 0;
  int64_t peak_bytes = 0;
};

struct CodeResult {
  Verdict verdict = Verdict::kAccepted;  // of the first test that failed
  double score = 0;                      // 1 if all tests pass; else 0, or as the config says
  std::string reason;                    // why not: "test 3: word 1 is `4`, expected `5`"
  std::vector<TestOutcome> tests;        // those that were run, in order
  int64_t num_tests = 0, num_passed = 0;
  double compile_s = 0;         // on the clock
  std::string compile_message;  // the front of what the compiler said, if it refused
  bool timed_out = false;       // the time for all of it was over: kTimeLimit and the score 0, whatever had passed
};

class CodeJudge {
 public:
  // Throws kInvalidArgument for a config that makes no sense, and kIo where this machine cannot isolate programs.
  explicit CodeJudge(const CodeJudgeConfig& config = {});
  ~CodeJudge();  // waits for what was submitted
  CodeJudge(const CodeJudge&) = delete;
  CodeJudge& operator=(const CodeJudge&) = delete;

  // Judges in this thread. Safe to call from many. Throws kInvalidArgument for a language that is not known or a form of tests it
  // does not have, and kResourceExhausted or kIo where the machine fails: never a verdict for that. `until`: for compiling and all
  // tests together; the config limits each run.
  CodeResult Judge(const CodeSubmission& submission, const CodeTests& tests, const TimeLimit& until = {}) const;
  // Judges in one of the judge's threads, in the order of submission.
  std::future<CodeResult> Submit(CodeSubmission submission, CodeTests tests);

  // Runs a program on one input and gives what it wrote, whatever that is: for making tests (judge/code/test_maker.h).
  struct Ran {
    Verdict verdict;
    std::string reason, output;
  };
  std::vector<Ran> RunOn(const CodeSubmission& submission, const std::vector<std::string>& inputs) const;

  // Ends all runs, at Ctrl-C: what is being judged, and all that waits, throws kCancelled.
  void Cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace r1
