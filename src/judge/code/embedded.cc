// R1_JUDGE_FOLDER and R1_SUPERVISOR_PATH come from CMake (judge/code/supervisor/CMakeLists.txt).
#include "judge/code/embedded.h"

#define R1_EMBED(name, path)                                                                                      \
  asm(".pushsection .rodata\n.balign 16\n" #name "_begin:\n.incbin \"" path "\"\n" #name "_end:\n.popsection\n"); \
  extern "C" const char name##_begin[], name##_end[]

R1_EMBED(r1_supervisor, R1_SUPERVISOR_PATH);
R1_EMBED(r1_python_wire, R1_JUDGE_FOLDER "/python/wire.py");
R1_EMBED(r1_python_candidate, R1_JUDGE_FOLDER "/python/candidate_side.py");
R1_EMBED(r1_python_test, R1_JUDGE_FOLDER "/python/test_side.py");
R1_EMBED(r1_cpp_sides, R1_JUDGE_FOLDER "/cpp/two_sides.h");

namespace r1 {
namespace {

std::string_view Between(const char* begin, const char* end) { return {begin, static_cast<size_t>(end - begin)}; }

}  // namespace

std::string_view SupervisorImage() { return Between(r1_supervisor_begin, r1_supervisor_end); }
std::string_view PythonWire() { return Between(r1_python_wire_begin, r1_python_wire_end); }
std::string_view PythonCandidateText() { return Between(r1_python_candidate_begin, r1_python_candidate_end); }
std::string_view PythonTestText() { return Between(r1_python_test_begin, r1_python_test_end); }
std::string_view CppSidesText() { return Between(r1_cpp_sides_begin, r1_cpp_sides_end); }

}  // namespace r1
