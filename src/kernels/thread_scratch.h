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

}  // namespace r1
