// Settings of the code judge.
#pragma once

#include <cstdint>
#include <tuple>

#include "base/fields.h"
#include "judge/code/limits.h"

namespace r1 {

struct CodeJudgeConfig {
  RunLimits run;  // for each test
  RunLimits compile = {.cpu_s = 10,
                       .wall_s = 10,
                       .memory_bytes = int64_t{1} << 30,
                       .output_bytes = int64_t{1} << 16,
                       .file_bytes = int64_t{64} << 20,
                       .processes = 32};
  int64_t jobs = 0;                // submissions judged at a time by Submit; 0: one a processor
  double tolerance = 0;            // stdin tests: numbers may differ by so much, absolutely or relatively
  bool decimals = false;           // stdin tests: numbers may be written otherwise, 0.50 for 0.5
  bool partial_credit = false;     // the score is the share of tests passed, not all or nothing
  double compile_error_score = 0;  // e.g. -0.1, to tell it from a wrong answer
  bool all_tests = false;          // go on after a test that failed (partial_credit does so too)
  bool use_cgroups = true;
  bool unsafe_without_isolation = false;  // see judge/code/sandbox.h

  static constexpr auto Fields() {
    using C = CodeJudgeConfig;
    return std::tuple{
        Field{"run", &C::run, ""},
        Field{"compile", &C::compile, ""},
        Field{"jobs", &C::jobs, "submissions judged at a time; 0: one a processor"},
        Field{"tolerance", &C::tolerance,
              "numbers in outputs may differ by so much, absolutely or relatively; 0: words must be equal"},
        Field{"decimals", &C::decimals, "numbers in outputs may be written in another way: 0.50 is 0.5, 05 is 5"},
        Field{"partial_credit", &C::partial_credit, "the score is the share of tests passed, instead of all or nothing"},
        Field{"compile_error_score", &C::compile_error_score, "the score of a program that does not compile"},
        Field{"all_tests", &C::all_tests, "go on after the first test that failed"},
        Field{"use_cgroups", &C::use_cgroups, "hold runs in control groups too, where these may be made"},
        Field{"unsafe_without_isolation", &C::unsafe_without_isolation,
              "run programs even where they cannot be isolated: they can do all that you can"}};
  }
  void Validate() const;
};

}  // namespace r1
