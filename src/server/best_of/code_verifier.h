// Runs the program in an answer against tests, by judge/code/code_judge.h:
//   {"type": "code", "language": "cpp", "tests": [{"input": "2 3\n", "output": "5\n"}]}
//   {"type": "code", "language": "python", "tests": ["assert add(2, 3) == 5"], "setup": "", "entry_point": "add"}
//   {"type": "code", "language": "python", "tests": {"calls": {"function": "add", "tests": [{"arguments": [2, 3], "expected":
//   5}]}}}
// "tests" is whatever judge/code/code_tests_json.h reads.
#pragma once

#include "judge/code/code_tests.h"
#include "server/best_of/verifier.h"

namespace r1 {

class CodeVerifier final : public Verifier {
 public:
  static constexpr size_t kMostTests = 64;

  // Throws ApiError 400 naming the member.
  explicit CodeVerifier(const JsonObject& object);

  const char* type() const override { return "code"; }
  bool runs_code() const override { return true; }
  // A program that is close to its time limit may pass at one time and not at another.
  Judgement Judge(const std::string& answer, const CodeJudge* code_judge) const override;

 private:
  std::string language_;
  CodeTests tests_;
};

}  // namespace r1
