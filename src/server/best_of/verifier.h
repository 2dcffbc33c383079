// Something that says whether an answer is right. One file a kind, one row each in verifier.cc:
//   {"type": "math", "expected": "\\frac{3}{4}", "same_units": false}     judge/math/math_verdict.h
//   {"type": "regex", "pattern": "^\\d+ km$"}                             is found in the answer; ^ and $ are those of its lines
//   {"type": "json_schema", "schema": {...}}                              grammar/schema_check.h; the answer is JSON and nothing
//   else
//   {"type": "code", "language": "python", "tests": [...]}                server/best_of/code_verifier.h
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/openai/json_object.h"

namespace r1 {

class CodeJudge;

struct Judgement {
  bool passed = false;
  std::string reason;  // one line
};

class Verifier {
 public:
  virtual ~Verifier() = default;

  virtual const char* type() const = 0;
  virtual bool runs_code() const { return false; }
  // answer: what a chain said behind its thinking. code_judge: not null for those that run code. The verdict is a function of the
  // answer alone, and bounded in time. Fails closed: what cannot be judged has not passed. Any thread.
  virtual Judgement Judge(const std::string& answer, const CodeJudge* code_judge) const = 0;
};
using Verifiers = std::vector<std::shared_ptr<const Verifier>>;

// Throws ApiError 400 naming the member.
std::shared_ptr<const Verifier> ParseVerifier(const JsonObject& object);

// A member that cannot be left out. Throws ApiError 400.
const nlohmann::json& RequiredMember(const JsonObject& object, const char* name);

}  // namespace r1
