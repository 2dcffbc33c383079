// Files that are part of this program: the supervisor (judge/code/supervisor/), and what stands around a judged program in its
// language.
#pragma once

#include <string_view>

namespace r1 {

std::string_view SupervisorImage();
std::string_view PythonWire();           // python/wire.py
std::string_view PythonCandidateText();  // python/candidate_side.py
std::string_view PythonTestText();       // python/test_side.py
std::string_view CppSidesText();         // cpp/two_sides.h

}  // namespace r1
