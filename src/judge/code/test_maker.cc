#include "judge/code/test_maker.h"

#include <algorithm>
#include <future>
#include <set>

#include "base/error.h"
#include "judge/code/output_compare.h"

namespace r1 {
namespace {

using Runs = std::vector<CodeJudge::Ran>;

// Every program on its inputs, one thread a program.
std::vector<Runs> RunAll(const CodeJudge& judge, const std::vector<CodeSubmission>& programs,
                         const std::vector<std::string>& inputs, const char* what) {
  std::vector<std::future<Runs>> pending;
  for (const CodeSubmission& program : programs)
    pending.push_back(std::async(std::launch::async, [&judge, &program, &inputs] { return judge.RunOn(program, inputs); }));
  std::vector<Runs> all;
  for (std::future<Runs>& runs : pending) all.push_back(runs.get());
  for (size_t i = 0; i < all.size(); ++i) {
    for (const CodeJudge::Ran& run : all[i])
      Require(run.verdict != Verdict::kCompileError, what, " ", i + 1, " does not compile: ", run.reason);
  }
  return all;
}

// Inputs in the order of kinds, generators and seeds.
std::vector<MadeTest> Generate(const CodeJudge& judge, const std::vector<CodeSubmission>& generators, const TestMakerConfig& config,
                               MadeTests& made) {
  std::vector<std::string> requests, kinds;
  for (const std::string& kind : config.kinds) {
    for (int64_t i = 0; i < config.count; ++i) {
      requests.push_back(StrCat(kind, " ", config.seed + i, "\n"));
      kinds.push_back(kind);
    }
  }
  std::vector<MadeTest> tests;
  std::set<std::string> seen;
  for (const Runs& runs : RunAll(judge, generators, requests, "generator")) {
    for (size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].verdict != Verdict::kAccepted || runs[i].output.empty()) {
        ++made.failed;
        if (made.first_failure.empty()) made.first_failure = runs[i].reason.empty() ? "wrote nothing" : runs[i].reason;
      } else if (seen.insert(runs[i].output).second) {
        tests.push_back({.test = {runs[i].output, ""}, .kind = kinds[i]});
      }
    }
  }
  made.generated = static_cast<int64_t>(tests.size());
  return tests;
}

std::vector<std::string> InputsOf(const std::vector<MadeTest>& tests) {
  std::vector<std::string> inputs;
  for (const MadeTest& test : tests) inputs.push_back(test.test.input);
  return inputs;
}

// Phase 1: what all correct solutions answer, and answer alike, is the expected output.
void KeepAgreed(const CodeJudge& judge, const std::vector<CodeSubmission>& correct, std::vector<MadeTest>& tests, MadeTests& made) {
  const std::vector<Runs> runs = RunAll(judge, correct, InputsOf(tests), "correct solution");
  std::vector<MadeTest> agreed;
  for (size_t t = 0; t < tests.size(); ++t) {
    const bool alike = std::all_of(runs.begin(), runs.end(), [&](const Runs& of_one) {
      return of_one[t].verdict == Verdict::kAccepted && CompareOutput(of_one[t].output, runs[0][t].output).empty();
    });
    if (!alike) {
      ++made.disagreed;
      continue;
    }
    tests[t].test.expected = runs[0][t].output;
    agreed.push_back(std::move(tests[t]));
  }
  tests = std::move(agreed);
}

// Phase 2: which wrong solutions each test breaks.
void FindBroken(const CodeJudge& judge, const std::vector<CodeSubmission>& wrong, std::vector<MadeTest>& tests) {
  const std::vector<Runs> runs = RunAll(judge, wrong, InputsOf(tests), "wrong solution");
  for (size_t w = 0; w < runs.size(); ++w) {
    for (size_t t = 0; t < tests.size(); ++t) {
      const CodeJudge::Ran& run = runs[w][t];
      if (run.verdict != Verdict::kAccepted || !CompareOutput(run.output, tests[t].test.expected).empty())
        tests[t].breaks.push_back(static_cast<int64_t>(w));
    }
  }
}

// The `most` tests that break the most: each time the one that breaks the largest number of solutions which those before leave
// whole, then the one that breaks most. Ties go to the earlier test.
std::vector<MadeTest> Choose(std::vector<MadeTest> tests, size_t most) {
  std::vector<MadeTest> chosen;
  std::set<int64_t> broken;
  while (chosen.size() < most && !tests.empty()) {
    const auto gain = [&](const MadeTest& test) {
      const auto fresh = std::count_if(test.breaks.begin(), test.breaks.end(), [&](int64_t w) { return !broken.contains(w); });
      return std::pair(fresh, test.breaks.size());
    };
    const auto best =
        std::max_element(tests.begin(), tests.end(), [&](const MadeTest& a, const MadeTest& b) { return gain(a) < gain(b); });
    broken.insert(best->breaks.begin(), best->breaks.end());
    chosen.push_back(std::move(*best));
    tests.erase(best);
  }
  return chosen;
}

}  // namespace

void TestMakerConfig::Validate() const {
  Require(!kinds.empty(), "kinds must name at least one kind of input");
  for (const std::string& kind : kinds)
    Require(!kind.empty() && kind.find_first_of(" \t\r\n") == std::string::npos, "kinds must be words, got `", kind, "`");
  Require(count >= 1 && count <= 100000, "count must be between 1 and 100,000, got ", count);
  Require(most >= 0, "most must be at least 0, got ", most);
}

MadeTests MakeTests(const CodeJudge& judge, const std::vector<CodeSubmission>& generators,
                    const std::vector<CodeSubmission>& correct, const std::vector<CodeSubmission>& wrong,
                    const TestMakerConfig& config) {
  config.Validate();
  Require(!generators.empty(), "tests need at least one generator of inputs");
  Require(!correct.empty(), "tests need at least one correct solution");
  MadeTests made;
  std::vector<MadeTest> tests = Generate(judge, generators, config, made);
  KeepAgreed(judge, correct, tests, made);
  FindBroken(judge, wrong, tests);
  made.broke_nothing = std::count_if(tests.begin(), tests.end(), [](const MadeTest& test) { return test.breaks.empty(); });
  if (!config.keep_all && !wrong.empty()) std::erase_if(tests, [](const MadeTest& test) { return test.breaks.empty(); });
  if (config.most > 0) tests = Choose(std::move(tests), static_cast<size_t>(config.most));
  made.broken.resize(wrong.size());
  for (const MadeTest& test : tests) {
    for (const int64_t w : test.breaks) ++made.broken[static_cast<size_t>(w)];
  }
  made.tests = std::move(tests);
  return made;
}

}  // namespace r1
