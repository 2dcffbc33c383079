#include "tensor/allocator.h"

#include <bit>
#include <cstdint>
#include <utility>

#include "base/aligned_memory.h"

namespace r1 {
namespace {

// Small buffers are many and short-lived; a list by size is faster for them. Under AddressSanitizer all are, so that each is
// guarded on both sides.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kMostSmall = SIZE_MAX;
#else
constexpr size_t kMostSmall = 64 << 10;
#endif

// Eight classes per power of two: at most 12.5% is wasted.
size_t SizeClass(size_t bytes) {
  if (bytes <= 512) return 512;
  const size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

}  // namespace

std::shared_ptr<void> Allocator::Allocate(size_t bytes) {
  return bytes <= kMostSmall ? AllocateSmall(bytes) : AllocateLarge(bytes);
}

void Allocator::CountUse(size_t bytes) {
  in_use_ += bytes;
  if (in_use_ > peak_) peak_ = in_use_;
}

std::shared_ptr<void> Allocator::AllocateSmall(size_t bytes) {
  const size_t size = SizeClass(bytes);
  std::shared_ptr<void> data;
  {
    std::lock_guard lock(mutex_);
    if (auto it = free_.find(size); it != free_.end() && !it->second.empty()) {
      data = std::move(it->second.back());
      it->second.pop_back();
    }
  }
  const bool fresh = data == nullptr;
  if (fresh) data = AllocateAligned(size);
  {
    std::lock_guard lock(mutex_);
    if (fresh) small_held_ += size;
    CountUse(bytes);
  }
  void* start = data.get();
  return {start, [self = shared_from_this(), data = std::move(data), bytes, size](void*) mutable {
            std::lock_guard lock(self->mutex_);
            self->in_use_ -= bytes;
            self->free_[size].push_back(std::move(data));
          }};
}

std::shared_ptr<void> Allocator::AllocateLarge(size_t bytes) {
  void* data = nullptr;
  {
    std::lock_guard lock(mutex_);
    data = large_.Take(bytes);
    CountUse(bytes);
  }
  return {data, [self = shared_from_this(), bytes](void* block) {
            std::lock_guard lock(self->mutex_);
            self->in_use_ -= bytes;
            self->large_.Give(block);
          }};
}

void Allocator::ReleaseCached() {
  std::lock_guard lock(mutex_);
  for (auto& [size, buffers] : free_) {
    small_held_ -= size * buffers.size();
    buffers.clear();
  }
  large_.ReleaseUnused();
}

size_t Allocator::bytes_in_use() const {
  std::lock_guard lock(mutex_);
  return in_use_;
}
size_t Allocator::peak_bytes_in_use() const {
  std::lock_guard lock(mutex_);
  return peak_;
}
size_t Allocator::bytes_held() const {
  std::lock_guard lock(mutex_);
  return small_held_ + large_.bytes_held();
}
void Allocator::ResetPeak() {
  std::lock_guard lock(mutex_);
  peak_ = in_use_;
}

}  // namespace r1
