#include "judge/code/two_sides.h"

#include <exception>
#include <thread>

#include "base/error.h"
#include "judge/code/run_verdict.h"

namespace r1 {
namespace {

constexpr double kMoreForTestsSeconds = 2;  // so that the solution's limit ends a test that waits for it

struct Lines {
  std::vector<TestOutcome> outcomes;
  bool done = false;
};

Lines ReadLines(std::string_view text, size_t num_tests) {
  Lines lines;
  while (!text.empty() && !lines.done) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line == "done") {
      lines.done = lines.outcomes.size() == num_tests;
      break;
    }
    if (line == "gone" || lines.outcomes.size() == num_tests) break;
    TestOutcome outcome;
    if (line.starts_with("F ")) {
      outcome.verdict = Verdict::kWrongAnswer;
    } else if (line.starts_with("R ")) {
      outcome.verdict = Verdict::kRuntimeError;
    } else if (line != "P") {
      break;
    }
    if (line.size() > 2) outcome.reason = HeadOf(line.substr(2), 500);
    lines.outcomes.push_back(std::move(outcome));
  }
  return lines;
}

// Why the tests did not come to their end.
TestOutcome WhyNot(const RunResult& tests, const RunResult& candidate, const RunLimits& limits) {
  TestOutcome outcome = OutcomeOf(candidate, limits);
  if (candidate.report.limit == RunLimit::kStopped && !candidate.output_exceeded) {  // by us: the tests' side ended first
    outcome = OutcomeOf(tests, limits);
    if (outcome.verdict != Verdict::kAccepted) outcome.reason = "the tests: " + outcome.reason;
  }
  if (outcome.verdict == Verdict::kAccepted) {
    outcome.verdict = Verdict::kWrongAnswer;
    outcome.reason = "the program ended before its tests did";
  }
  return outcome;
}

}  // namespace

std::vector<TestOutcome> RunTwoSides(const FormContext& context, TwoSides sides, size_t num_tests) {
  const Sandbox& sandbox = context.sandbox;
  const RunLimits& limits = context.config.run;
  sides.candidate.limits = sides.tests.limits = limits;
  sides.candidate.until = sides.tests.until = context.until;
  sides.tests.limits.wall_s += kMoreForTestsSeconds;
  Pipe calls = MakePipe(), answers = MakePipe(), stop = MakePipe();
  sides.tests.channel_in = std::move(answers.read_end);
  sides.tests.channel_out = std::move(calls.write_end);
  sides.candidate.channel_in = std::move(calls.read_end);
  sides.candidate.channel_out = std::move(answers.write_end);
  sides.candidate.stop_fd = stop.read_end.get();

  RunResult candidate;
  std::exception_ptr error;
  std::thread other([&] {
    try {
      candidate = sandbox.Run(std::move(sides.candidate));
    } catch (...) {
      error = std::current_exception();
    }
    sides.candidate = {};  // its pipe ends, or the tests would wait for ever
  });
  RunResult tests;
  try {
    tests = sandbox.Run(std::move(sides.tests));
  } catch (...) {
    stop.write_end.Close();
    other.join();
    throw;
  }
  stop.write_end.Close();
  other.join();
  if (error) std::rethrow_exception(error);

  Lines lines = ReadLines(tests.output, num_tests);
  if (!lines.done && lines.outcomes.size() < num_tests) lines.outcomes.push_back(WhyNot(tests, candidate, limits));
  for (size_t i = 0; i < lines.outcomes.size(); ++i) {
    TestOutcome& outcome = lines.outcomes[i];
    outcome.cpu_s = static_cast<double>(candidate.report.cpu_us) / 1e6;
    outcome.wall_s = static_cast<double>(candidate.report.wall_us) / 1e6;
    outcome.peak_bytes = candidate.report.peak_bytes;
    if (outcome.verdict != Verdict::kAccepted && !context.config.all_tests) {
      lines.outcomes.resize(i + 1);
      break;
    }
  }
  return std::move(lines.outcomes);
}

}  // namespace r1
