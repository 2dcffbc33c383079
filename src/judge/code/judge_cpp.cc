#include "judge/code/cpp_sides.h"
#include "judge/code/embedded.h"
#include "judge/code/judge_forms.h"
#include "judge/code/two_sides.h"

namespace r1 {

FormResult JudgeCppAsserts(const FormContext& context, std::string_view source, const AssertTests& tests) {
  const CppFunction function = ParseCppDeclaration(tests.declaration);
  const OwnedFd header = MakeSealedFile(CppSidesText());
  const std::vector<RunFile> files = {{kCppSidesPath, &header}};
  const RunLimits& compile = context.config.compile;
  const std::shared_ptr<const Program> test_side =
      context.test_programs.Get(context.sandbox, context.language, CppTestSide(function, tests), compile, files);
  const Program program =
      PrepareProgram(context.sandbox, context.language, CppCandidateSide(function, source), compile, files, context.until);
  FormResult result = {.compile_message = program.compile_message, .compile_s = program.compile_s};
  if (!result.compile_message.empty()) return result;

  TwoSides sides;
  sides.candidate = program.Request();
  sides.tests = test_side->Request();
  result.tests = RunTwoSides(context, std::move(sides), tests.tests.size());
  return result;
}

}  // namespace r1
