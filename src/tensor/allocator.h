// Gives out 64-byte aligned host memory and keeps what comes back for the next request of the same size class: a training step asks
// for the same few dozen buffers again and again, and fresh pages cost more than the arithmetic done on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

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
  size_t bytes_held() const;  // in use and kept for reuse, rounded up to size classes
  void ResetPeak();
  void ReleaseCached();

 private:
  Allocator() = default;
  void Return(std::shared_ptr<void> data, size_t bytes, size_t size);

  mutable std::mutex mutex_;
  std::map<size_t, std::vector<std::shared_ptr<void>>> free_;  // size class -> buffers
  size_t in_use_ = 0, peak_ = 0, held_ = 0;
};

}  // namespace r1
