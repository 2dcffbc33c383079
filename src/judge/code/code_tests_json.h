// Tests and submissions as JSON: the files of `r1 judge code`, and the fields that public data sets of programming tasks have.
#pragma once

#include <string>
#include <string_view>

#include "judge/code/code_judge.h"
#include "judge/code/code_tests.h"

namespace r1 {

// What says how a program is tested, as fields of a data set.
//   tests  {"stdin": [{"input": "2 3\n", "output": "5\n"}]}
//          {"calls": {"function": "add", "tests": [{"arguments": [2, 3], "expected": 5}]}}
//          {"asserts": {"tests": ["assert add(2, 3) == 5"], "setup": "", "entry_point": "add", "declaration": ""}}
//          [{"input": ..., "output": ...}]   stdin tests
//          ["assert ..."]                    assert tests, each on its own (MBPP)
//          any other text                    one assert test; a `def check(candidate)` in it is called with the entry point
//          (HumanEval)
struct CodeTestFields {
  std::string tests;
  std::string setup, entry_point, declaration;  // for tests that are no object
};

// `what` names the source in messages. Throws kDataLoss for what is no JSON or none of the above; unknown keys too, for a misspelt
// key must not make a test pass.
CodeTests ParseCodeTests(const CodeTestFields& fields, std::string_view what);

struct CodeTask {
  std::string id;
  CodeSubmission submission;
  CodeTests tests;
};

// A line of a file of submissions: "tests" as above (or as JSON), "language" or "lang", "id" (default: `what`), "setup",
// "entry_point", "declaration", and the source: the strings under `source_keys`, one after the other. Where tests are one text of
// Python without a setup, the "question" is their setup, as HumanEval's prompts hold helper functions. Throws kDataLoss.
CodeTask ParseCodeTask(std::string_view line, const std::vector<std::string>& source_keys, std::string_view what);

}  // namespace r1
