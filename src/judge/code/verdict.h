// How a judged program did.
#pragma once

namespace r1 {

enum class Verdict {
  kAccepted,      // AC
  kWrongAnswer,   // WA
  kTimeLimit,     // TLE: processor time or time on the clock
  kMemoryLimit,   // MLE: memory, or files in memory
  kOutputLimit,   // OLE
  kRuntimeError,  // RE: a signal, or an exit code that is not 0
  kCompileError,  // CE: also a compiler that ran into its limits
};

const char* VerdictName(Verdict verdict);  // "AC"
const char* VerdictText(Verdict verdict);  // "accepted"

}  // namespace r1
