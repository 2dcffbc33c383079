// libFuzzer: any bytes as tests, as a line of submissions, and as the declaration of a C++ function.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "judge/code/code_tests_json.h"
#include "judge/code/cpp_sides.h"
#include "judge/code/judge_forms.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const r1::CodeTests tests = r1::ParseCodeTests({text, "", "f", ""}, "fuzz");
    if (const auto* calls = std::get_if<r1::CallTests>(&tests)) r1::AssertsOfCalls(*calls);
  } catch (const r1::Error&) {
  }
  try {
    r1::ParseCodeTask(text, {"solution"}, "fuzz");
  } catch (const r1::Error&) {
  }
  try {
    const r1::CppFunction function = r1::ParseCppDeclaration(text);
    r1::CppTestSide(function, {.tests = {"f();"}});
  } catch (const r1::Error&) {
  }
  return 0;
}
