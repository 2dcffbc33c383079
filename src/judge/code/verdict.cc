#include "judge/code/verdict.h"

#include <cstddef>

namespace r1 {
namespace {

struct Row {
  const char *name, *text;
};
constexpr Row kRows[] = {{"AC", "accepted"},      {"WA", "wrong answer"},  {"TLE", "time limit"},  {"MLE", "memory limit"},
                         {"OLE", "output limit"}, {"RE", "runtime error"}, {"CE", "compile error"}};

}  // namespace

const char* VerdictName(Verdict verdict) { return kRows[static_cast<size_t>(verdict)].name; }
const char* VerdictText(Verdict verdict) { return kRows[static_cast<size_t>(verdict)].text; }

}  // namespace r1
