// Assert tests in Python run as two processes in two sandboxes, so that no program can fool its tests: it never meets them.
//
//   tests' side (trusted code, knows the answers)  <--calls and values-->  candidate's side (the program under judgement)
//
// A call of the candidate in a test travels as plain values (numbers, texts, lists, ...), and so does what it returns: an object
// that is equal to everything arrives as the plain value under it, or as a handle that is equal to nothing. Objects of the
// candidate's own classes stay with it; the tests hold handles on them. What the candidate prints, exits with or patches happens in
// its own process.
#pragma once

#include <string>
#include <string_view>

#include "judge/code/code_tests.h"

namespace r1 {

// Serves the solution's names: an argument-free script. Solution: /box/main.py.
std::string PythonCandidateSide();

// Runs the tests one after another and writes "P", or "F reason", or "R reason" for each, then "done"; "gone" ends it where the
// candidate's side has ended. Whatever the tests print goes to standard error.
std::string PythonTestSide(const AssertTests& tests);

// A text as a literal of Python.
std::string PythonText(std::string_view text);

}  // namespace r1
