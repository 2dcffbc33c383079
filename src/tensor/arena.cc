#include "tensor/arena.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/aligned_memory.h"
#include "base/check.h"

namespace r1 {
namespace {

constexpr size_t kLine = 64, kHugePage = size_t{2} << 20;
constexpr size_t kMost = SIZE_MAX / 2;  // more is refused as much as this is

constexpr size_t RoundUp(size_t bytes, size_t step) { return (bytes + step - 1) / step * step; }

}  // namespace

void* Arena::Take(size_t bytes) {
  bytes = RoundUp(std::min(bytes, kMost), kLine);
  auto smallest = unused_.lower_bound({bytes, nullptr});
  if (smallest == unused_.end()) {
    AddSegment(bytes);
    smallest = unused_.lower_bound({bytes, nullptr});
  }
  char* at = smallest->second;
  unused_.erase(smallest);
  Block& block = blocks_.at(at);
  block.used = true;
  if (block.bytes > bytes) {
    unused_.emplace(block.bytes - bytes, at + bytes);
    blocks_.emplace(at + bytes, Block{block.bytes - bytes, false, false});
    block.bytes = bytes;
  }
  used_ += bytes;
  most_used_ = std::max(most_used_, used_);
  return at;
}

void Arena::Give(void* memory) {
  const auto block = blocks_.find(static_cast<char*>(memory));
  CHECK(block != blocks_.end() && block->second.used);
  used_ -= block->second.bytes;
  block->second.used = false;
  unused_.emplace(block->second.bytes, block->first);
  Join(block);
}

void Arena::Join(Blocks::iterator block) {
  const auto swallow_next = [&](Blocks::iterator left) {
    const auto next = std::next(left);
    if (next == blocks_.end() || next->second.first || next->second.used || left->second.used) return;
    unused_.erase({left->second.bytes, left->first});
    unused_.erase({next->second.bytes, next->first});
    left->second.bytes += next->second.bytes;
    blocks_.erase(next);
    unused_.emplace(left->second.bytes, left->first);
  };
  swallow_next(block);
  if (!block->second.first) swallow_next(std::prev(block));
}

void Arena::AddSegment(size_t bytes) {
  const size_t size = bytes <= segment_bytes_ ? segment_bytes_ : RoundUp(bytes, kHugePage);
  // None of what is kept is large enough. Past a quarter more than was ever in use it would only lie there.
  if (held_ + size > most_used_ + most_used_ / 4 + segment_bytes_) ReleaseUnused();
  std::shared_ptr<void> memory = AllocateAligned(size);
  char* at = static_cast<char*>(memory.get());
  segments_.emplace(at, Segment{std::move(memory), size});
  blocks_.emplace(at, Block{size, false, true});
  unused_.emplace(size, at);
  held_ += size;
}

void Arena::ReleaseUnused() {
  for (auto segment = segments_.begin(); segment != segments_.end();) {
    const auto block = blocks_.find(segment->first);
    if (block->second.used || block->second.bytes != segment->second.bytes) {
      ++segment;
      continue;
    }
    unused_.erase({block->second.bytes, block->first});
    blocks_.erase(block);
    held_ -= segment->second.bytes;
    segment = segments_.erase(segment);
  }
}

}  // namespace r1
