// Tests of programs. Whatever a program must answer stays outside of the sandbox that runs it (judge/code/python_sides.h says how
// for functions).
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace r1 {

// The program reads `input` and must write `expected`; judge/code/output_compare.h says when two outputs are the same.
struct StdinTest {
  std::string input, expected;
};
using StdinTests = std::vector<StdinTest>;

// Statements in the program's language, each of them one test, as HumanEval and MBPP have them. They may call what the solution
// defines.
struct AssertTests {
  std::string setup;  // trusted: runs before the tests and is not the solution's, e.g. HumanEval's prompt with its helper functions
  std::string entry_point;  // the solution's function; where setup defines it too, the solution's counts
  std::string declaration;  // C++: what stands before the function's body, signature last, e.g. HumanEval-X's "declaration"
  std::vector<std::string> tests;
};

// Calls of one function with values as JSON, as LiveCodeBench has them. Lists and tuples are the same.
struct CallTest {
  std::string arguments;  // a JSON list
  std::string expected;   // a JSON value
};
struct CallTests {
  std::string function;  // "twoSum", or "Solution.twoSum": a method of a new object for each call
  std::vector<CallTest> tests;
};

using CodeTests = std::variant<StdinTests, AssertTests, CallTests>;

size_t NumTests(const CodeTests& tests);

}  // namespace r1
