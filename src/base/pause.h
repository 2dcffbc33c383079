// A moment in a loop that waits for another thread: tells the core, which has better to do.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace r1 {

inline void Pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace r1
