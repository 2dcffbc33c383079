#include "server/best_of/code_verifier.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "judge/code/answer_program.h"
#include "judge/code/code_judge.h"
#include "judge/code/code_tests_json.h"
#include "judge/code/language.h"
#include "server/api_error.h"

namespace r1 {
namespace {

CodeTests ParseTests(const JsonObject& object) {
  const std::string path = object.Path("tests");
  const nlohmann::json& given = RequiredMember(object, "tests");
  const CodeTestFields fields = {.tests = given.is_string() ? given.get<std::string>() : given.dump(),
                                 .setup = object.String("setup").value_or(""),
                                 .entry_point = object.String("entry_point").value_or(""),
                                 .declaration = object.String("declaration").value_or("")};
  try {
    CodeTests tests = ParseCodeTests(fields, path);
    const size_t count = NumTests(tests);
    if (count <= CodeVerifier::kMostTests) return tests;
    throw InvalidRequest(StrCat(path, " may have ", CodeVerifier::kMostTests, " tests, got ", count), path);
  } catch (const Error& error) {
    throw InvalidRequest(error.what(), path);
  }
}

const CodeLanguage& ParseLanguage(const JsonObject& object) {
  RequiredMember(object, "language");
  try {
    return CodeLanguageNamed(*object.String("language"));
  } catch (const Error& error) {
    throw InvalidRequest(error.what(), object.Path("language"));
  }
}

// Whether the judge has this form of tests for the language.
bool HasForm(const CodeLanguage& language, const CodeTests& tests) {
  if (std::holds_alternative<StdinTests>(tests)) return true;
  if (std::holds_alternative<CallTests>(tests)) return language.asserts == AssertForm::kPython;
  return language.asserts != AssertForm::kNone;
}

}  // namespace

CodeVerifier::CodeVerifier(const JsonObject& object) : tests_(ParseTests(object)) {
  const CodeLanguage& language = ParseLanguage(object);
  language_ = language.name;
  if (!HasForm(language, tests_))
    throw InvalidRequest(StrCat(object.Path("tests"), " are of a form that ", language_, " does not have"), object.Path("tests"));
}

Judgement CodeVerifier::Judge(const std::string& answer, const CodeJudge* code_judge) const {
  try {
    const CodeResult result = code_judge->Judge({language_, FindProgram(answer, language_).code}, tests_);
    if (result.verdict != Verdict::kAccepted) return {false, StrCat(VerdictText(result.verdict), ": ", result.reason)};
    return {true, StrCat(result.num_passed, " of ", result.num_tests, " tests passed")};
  } catch (const Error& error) {  // the machine failed, or the server ends
    return {false, StrCat("could not be judged: ", error.what())};
  }
}

}  // namespace r1
