#include "tensor/allocator.h"

#include <bit>
#include <utility>

#include "base/aligned_memory.h"

namespace r1 {
namespace {

// Eight classes per power of two: at most 12.5% is wasted.
size_t SizeClass(size_t bytes) {
  if (bytes <= 512) return 512;
  const size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

}  // namespace

std::shared_ptr<void> Allocator::Allocate(size_t bytes) {
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
    in_use_ += bytes;
    if (fresh) held_ += size;
    if (in_use_ > peak_) peak_ = in_use_;
  }
  void* start = data.get();
  return {start, [self = shared_from_this(), data = std::move(data), bytes, size](void*) mutable {
            self->Return(std::move(data), bytes, size);
          }};
}

void Allocator::Return(std::shared_ptr<void> data, size_t bytes, size_t size) {
  std::lock_guard lock(mutex_);
  in_use_ -= bytes;
  free_[size].push_back(std::move(data));
}

void Allocator::ReleaseCached() {
  std::lock_guard lock(mutex_);
  for (auto& [size, buffers] : free_) {
    held_ -= size * buffers.size();
    buffers.clear();
  }
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
  return held_;
}
void Allocator::ResetPeak() {
  std::lock_guard lock(mutex_);
  peak_ = in_use_;
}

}  // namespace r1
