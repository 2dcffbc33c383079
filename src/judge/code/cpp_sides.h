// Assert tests in C++ as two programs (see judge/code/python_sides.h): the tests are compiled with a function of the solution's
// signature that sends its arguments to the solution's process; the solution is compiled with a main that answers such calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/code/code_tests.h"

namespace r1 {

struct CppParameter {
  std::string type, name;
};
struct CppFunction {
  std::string before;  // what stands before the signature: includes, helper functions, using
  std::string result, name;
  std::vector<CppParameter> parameters;
};

// Reads the signature that `declaration` ends with, e.g. "#include<vector>\nusing namespace std;\nint sum(vector<int> a, int b){".
// Comments are looked past. Throws kInvalidArgument if there is none.
CppFunction ParseCppDeclaration(std::string_view declaration);

inline constexpr const char* kCppSidesPath = "/box/two_sides.h";

// The two translation units; both include kCppSidesPath, which is judge/code/cpp/two_sides.h. A test is a whole program (it has a
// main), or statements.
std::string CppCandidateSide(const CppFunction& function, std::string_view solution);
std::string CppTestSide(const CppFunction& function, const AssertTests& tests);

}  // namespace r1
