// The system calls that no program under judgement needs and the kernel had its worst bugs in: refused, by a filter that libseccomp
// compiles once and bubblewrap installs.
#pragma once

#include "judge/code/owned_fd.h"

namespace r1 {

// A sealed file with the compiled filter, for `bwrap --seccomp`. Calls of other instruction sets (32 bits, x32) kill the program.
// Throws kIo where libseccomp fails.
OwnedFd MakeSeccompFilter();

}  // namespace r1
