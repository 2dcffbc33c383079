// How fast this machine reads memory: the ceiling of everything that does little arithmetic.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"

namespace r1 {

class BandwidthProbe {
 public:
  // Reads `bytes` in all (at least 64 KB for each thread), the same share by the same thread each time: a small amount comes from
  // the caches, a large one from memory.
  BandwidthProbe(ThreadPool& pool, int64_t bytes);
  ~BandwidthProbe();
  BandwidthProbe(const BandwidthProbe&) = delete;
  BandwidthProbe& operator=(const BandwidthProbe&) = delete;

  double Measure(double seconds);  // GB/s of all threads, over about so many seconds

 private:
  ThreadPool& pool_;
  int64_t bytes_per_thread_;
  void* data_;
  uint64_t sink_ = 0;
};

}  // namespace r1
