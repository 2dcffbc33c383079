// Gives out 64-byte aligned host memory and keeps what comes back: a training step asks for the same few dozen buffers again and
// again, and fresh pages cost more than the arithmetic done on them. Small buffers are kept by size class, large ones grow together
// again (arena.h), so that what is held stays near what is in use, however the lengths of batches change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "tensor/arena.h"

namespace r1 {

class Allocator : public std::enable_shared_from_this<Allocator> {
 public:
  static std::shared_ptr<Allocator> Create() { return std::shared_ptr<Allocator>(new Allocator); }
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  // Uninitialized; returned to this allocator when the last handle goes. Throws kResourceExhausted.
  std::shared_ptr<void> Allocate(size_t bytes);

  size_t bytes_in_use() const;  // as asked for
  size_t peak_bytes_in_use() const;
  size_t bytes_held() const;  // in use and kept for reuse; of a segment, also what was never touched and is not resident
  void ResetPeak();
  void ReleaseCached();

 private:
  Allocator() = default;
  std::shared_ptr<void> AllocateSmall(size_t bytes);
  std::shared_ptr<void> AllocateLarge(size_t bytes);
  void CountUse(size_t bytes);  // under the mutex

  mutable std::mutex mutex_;
  std::map<size_t, std::vector<std::shared_ptr<void>>> free_;  // small: size class -> buffers
  Arena large_{size_t{32} << 20};
  size_t in_use_ = 0, peak_ = 0, small_held_ = 0;
};

}  // namespace r1
