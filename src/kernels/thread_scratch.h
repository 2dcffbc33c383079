// Memory of the calling thread that a product writes and reads again at once. It only grows: fresh pages cost as much as the work.
#pragma once

#include <cstdint>
#include <memory>

#include "base/aligned_memory.h"

namespace r1 {

// Room for `count` of T, uninitialized, until the thread's next call for the same T.
template <class T>
T* ThreadScratch(int64_t count) {
  thread_local std::shared_ptr<void> buffer;
  thread_local int64_t capacity = 0;
  if (count > capacity) {
    buffer = AllocateAligned(static_cast<size_t>(count) * sizeof(T));
    capacity = count;
  }
  return static_cast<T*>(buffer.get());
}

// The same for memory that is handed out: used again by this thread once nobody holds it any more.
inline std::shared_ptr<void> RecycledMemory(size_t bytes) {
  thread_local std::shared_ptr<void> buffer;
  thread_local size_t capacity = 0;
  if (bytes > capacity || buffer == nullptr || buffer.use_count() > 1) {
    const size_t wanted = bytes > 4096 ? bytes : 4096;
    buffer = AllocateAligned(wanted);  // may throw
    capacity = wanted;
  }
  return buffer;
}

}  // namespace r1
