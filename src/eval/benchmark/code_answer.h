// From a benchmark's record and a reply to what the code judge takes: the program, and the tests in the form the data has them.
#pragma once

#include <string>
#include <string_view>

#include "eval/benchmark/items.h"
#include "judge/code/code_judge.h"

namespace r1 {

struct CodeAnswer {
  CodeSubmission submission;
  CodeTests tests;
};

// HumanEval and HumanEval-X (test, entry_point, declaration), MBPP (test_list, test_setup_code), LiveCodeBench (test cases on
// standard input or calls, see contest_tests.h). Throws kDataLoss for a record that has none of these forms.
CodeAnswer ReadCodeAnswer(const BenchmarkItem& item, std::string_view reply);

}  // namespace r1
