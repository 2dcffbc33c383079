// How fast this machine reads memory: the ceiling of everything that does little arithmetic.
#pragma once

#include <cstdint>
#include <memory>

#include "base/thread_pool.h"

namespace r1 {

class BandwidthProbe {
 public:
  // Reads `bytes` in all (at least 64 KB for each thread), the same share by the same thread each time: a small amount comes from
  // the caches, a large one from memory.
  BandwidthProbe(ThreadPool& pool, int64_t bytes);
  // Reads memory that stands already and outlives the probe: the weights of a product, wherever its runs have left them. Each
  // thread reads its share, or all of it.
  enum class Reads : uint8_t { kShare, kAll };
  BandwidthProbe(ThreadPool& pool, const void* data, size_t bytes, Reads reads);
  double Measure(double seconds);  // GB/s of all threads, over about so many seconds

 private:
  ThreadPool& pool_;
  int64_t bytes_per_thread_, apart_;  // how far apart they begin
  std::shared_ptr<const void> data_;  // owned, or only pointed to
  uint64_t sink_ = 0;
};

}  // namespace r1
