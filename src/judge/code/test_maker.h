// Tests for a problem that has solutions but no tests, as DeepSeek-R1's authors made them (R1 v2, B.3.2): generator programs write
// inputs, random, large and adversarial ones; inputs on which correct solutions disagree are dropped; inputs that break wrong
// solutions are kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "judge/code/code_judge.h"

namespace r1 {

struct TestMakerConfig {
  std::vector<std::string> kinds = {"random", "large", "adversarial"};
  int64_t count = 10;     // inputs of each kind from each generator
  int64_t seed = 0;       // generators are asked for seeds from here on
  int64_t most = 0;       // tests kept; 0: all that the rules keep
  bool keep_all = false;  // also tests that break no wrong solution

  static constexpr auto Fields() {
    using C = TestMakerConfig;
    return std::tuple{Field{"kinds", &C::kinds, "what generators are asked for, each in turn"},
                      Field{"count", &C::count, "inputs of each kind from each generator"},
                      Field{"seed", &C::seed, "the first seed; the same seeds give the same tests"},
                      Field{"most", &C::most, "tests kept, those first that break what no other breaks; 0: all"},
                      Field{"keep_all", &C::keep_all, "keep tests that break no wrong solution too"}};
  }
  void Validate() const;
};

struct MadeTest {
  StdinTest test;
  std::string kind;
  std::vector<int64_t> breaks;  // which wrong solutions fail it, in order
};

struct MadeTests {
  std::vector<MadeTest> tests;
  int64_t generated = 0;        // inputs that generators wrote, without duplicates
  int64_t failed = 0;           // times a generator failed or wrote nothing
  int64_t disagreed = 0;        // inputs that a correct solution fails, or where two differ
  int64_t broke_nothing = 0;    // inputs that no wrong solution fails
  std::vector<int64_t> broken;  // for each wrong solution, how many of the tests it fails
  std::string first_failure;    // of a generator, for people
};

// A generator reads one line "KIND SEED" ("large 17") and writes one input; the same line must give the same input. Throws
// kInvalidArgument without generators or correct solutions, for one that does not compile, and as CodeJudge does.
MadeTests MakeTests(const CodeJudge& judge, const std::vector<CodeSubmission>& generators,
                    const std::vector<CodeSubmission>& correct, const std::vector<CodeSubmission>& wrong,
                    const TestMakerConfig& config);

}  // namespace r1
