#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "judge/code/judge_forms.h"
#include "judge/code/python_sides.h"
#include "judge/code/two_sides.h"

namespace r1 {
namespace {

constexpr const char* kCandidateSide = "/box/candidate_side.py";
constexpr const char* kTestSide = "/box/test_side.py";

using Json = nlohmann::json;

// A JSON value as Python writes it; texts escape everything outside of ASCII, as JSON's own escapes mean the same there.
std::string PythonValue(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "None";
    case Json::value_t::boolean: return value.get<bool>() ? "True" : "False";
    case Json::value_t::array: {
      std::string text = "[";
      for (const Json& item : value) text += PythonValue(item) + ",";
      return text + "]";
    }
    case Json::value_t::object: {
      std::string text = "{";
      for (const auto& [key, item] : value.items()) text += PythonText(key) + ":" + PythonValue(item) + ",";
      return text + "}";
    }
    case Json::value_t::string: return PythonText(value.get<std::string>());
    default: return value.dump();
  }
}

}  // namespace

AssertTests AssertsOfCalls(const CallTests& calls) {
  const size_t dot = calls.function.find('.');
  const std::string target =
      dot == std::string::npos ? calls.function : calls.function.substr(0, dot) + "()" + calls.function.substr(dot);
  AssertTests asserts;
  asserts.entry_point = calls.function.substr(0, dot);
  for (size_t i = 0; i < calls.tests.size(); ++i) {
    const std::string what = StrCat("call test ", i + 1);
    const Json arguments = ParseJson(calls.tests[i].arguments, what);
    Require(arguments.is_array(), what, ": the arguments must be a JSON list");
    const std::string values = PythonValue(arguments);
    const std::string expected = PythonValue(ParseJson(calls.tests[i].expected, what));
    asserts.tests.push_back(StrCat("assert _r1_same(", target, "(*", values, "), ", expected, ")"));
  }
  return asserts;
}

FormResult JudgePythonAsserts(const FormContext& context, std::string_view source, const AssertTests& tests) {
  const Program program = PrepareProgram(context.sandbox, context.language, source, context.config.compile, {}, context.until);
  const OwnedFd candidate_side = MakeSealedFile(PythonCandidateSide());
  const OwnedFd test_side = MakeSealedFile(PythonTestSide(tests));
  TwoSides sides;
  sides.candidate = program.Request();
  sides.candidate.command.back() = kCandidateSide;  // which reads the solution
  sides.candidate.files.push_back({kCandidateSide, &candidate_side});
  sides.tests.command = {program.language->run.front(), "-S", kTestSide};
  sides.tests.system_paths = {program.language->run_paths.begin(), program.language->run_paths.end()};
  sides.tests.files.push_back({kTestSide, &test_side});
  return {.tests = RunTwoSides(context, std::move(sides), tests.tests.size())};
}

}  // namespace r1
