// The table behind text/unicode.h.
#pragma once

#include <cstddef>

#include "text/unicode.h"

namespace r1 {

struct UnicodeRun {
  char32_t first;  // to the next run's first
  UnicodeCategory category;
};

extern const UnicodeRun kUnicodeRuns[];
extern const size_t kNumUnicodeRuns;

}  // namespace r1
