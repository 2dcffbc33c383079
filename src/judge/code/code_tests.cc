#include "judge/code/code_tests.h"

namespace r1 {

size_t NumTests(const CodeTests& tests) {
  if (const auto* stdin_tests = std::get_if<StdinTests>(&tests)) return stdin_tests->size();
  if (const auto* asserts = std::get_if<AssertTests>(&tests)) return asserts->tests.size();
  return std::get<CallTests>(tests).tests.size();
}

}  // namespace r1
