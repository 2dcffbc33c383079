#include "server/best_of/verifier.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "grammar/schema_check.h"
#include "judge/math/math_verdict.h"
#include "server/api_error.h"
#include "server/best_of/code_verifier.h"
#include "text/regex.h"

namespace r1 {
namespace {

class MathVerifier final : public Verifier {
 public:
  explicit MathVerifier(const JsonObject& object) {
    const nlohmann::json& expected = RequiredMember(object, "expected");
    expected_ = expected.is_number() ? expected.dump() : *object.String("expected");
    options_.same_units = object.Bool("same_units").value_or(false);
  }
  const char* type() const override { return "math"; }
  Judgement Judge(const std::string& answer, const CodeJudge*) const override {
    const MathVerdict verdict = JudgeMath(expected_, answer, options_);
    return {verdict.right(), StrCat(MathOutcomeName(verdict.outcome), ": ", verdict.reason)};
  }

 private:
  std::string expected_;
  MathOptions options_;
};

class RegexVerifier final : public Verifier {
 public:
  explicit RegexVerifier(const JsonObject& object) : regex_(Compiled(object)) {}
  const char* type() const override { return "regex"; }
  Judgement Judge(const std::string& answer, const CodeJudge*) const override {
    try {
      const bool found = regex_.Finds(answer);
      return {found, found ? "the pattern is found" : "the pattern is not found"};
    } catch (const Error& error) {  // it backtracks without bound
      return {false, error.what()};
    }
  }

 private:
  static Regex Compiled(const JsonObject& object) {
    RequiredMember(object, "pattern");
    try {
      return Regex(*object.String("pattern"), Regex::Engine::kPcre2);
    } catch (const Error& error) {
      throw InvalidRequest(error.what(), object.Path("pattern"));
    }
  }
  Regex regex_;
};

class SchemaVerifier final : public Verifier {
 public:
  explicit SchemaVerifier(const JsonObject& object) : check_(Compiled(object)) {}
  const char* type() const override { return "json_schema"; }
  Judgement Judge(const std::string& answer, const CodeJudge*) const override {
    const auto violation = check_.Violation(answer);
    return {!violation, violation.value_or("the answer satisfies the schema")};
  }

 private:
  static SchemaCheck Compiled(const JsonObject& object) {
    const std::string schema = RequiredMember(object, "schema").dump();
    try {
      return SchemaCheck(schema);
    } catch (const Error& error) {
      throw InvalidRequest(error.what(), object.Path("schema"), "invalid_schema");
    }
  }
  SchemaCheck check_;
};

template <class V>
std::shared_ptr<const Verifier> Make(const JsonObject& object) {
  return std::make_shared<const V>(object);
}

struct Row {
  std::string_view type;
  std::shared_ptr<const Verifier> (*make)(const JsonObject&);
};
constexpr Row kRows[] = {{"math", Make<MathVerifier>},
                         {"regex", Make<RegexVerifier>},
                         {"json_schema", Make<SchemaVerifier>},
                         {"code", Make<CodeVerifier>}};

}  // namespace

const nlohmann::json& RequiredMember(const JsonObject& object, const char* name) {
  if (const nlohmann::json* value = object.Any(name)) return *value;
  throw InvalidRequest(object.Path(name) + " is missing", object.Path(name), "missing_required_parameter");
}

std::shared_ptr<const Verifier> ParseVerifier(const JsonObject& object) {
  RequiredMember(object, "type");
  const std::string type = *object.String("type");
  for (const Row& row : kRows)
    if (row.type == type) return row.make(object);
  throw InvalidRequest(StrCat(object.Path("type"), " must be math, regex, json_schema or code, got ", type), object.Path("type"));
}

}  // namespace r1
