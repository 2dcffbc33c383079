// CHECK(condition) aborts with file, line and text: the program itself is wrong. For errors of the caller see base/error.h.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace r1 {
[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, condition);
  std::abort();
}
}  // namespace r1

#define CHECK(condition) ((condition) ? void(0) : ::r1::CheckFailed(__FILE__, __LINE__, #condition))
#ifdef NDEBUG
#define DCHECK(condition) void(0)
#else
#define DCHECK(condition) CHECK(condition)
#endif
