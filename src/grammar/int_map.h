// From 64-bit keys to numbers, for tables that are only added to: open addressing in one piece of memory.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace r1 {

class IntMap {
 public:
  IntMap() { Clear(); }
  // The number of `key`, which may be changed until the next call; -1 where the key is new.
  int32_t& operator[](uint64_t key) {
    if (size_ * 2 >= slots_.size()) Grow();
    Slot& slot = Find(key);
    if (slot.key == kFree) slot.key = key, slot.value = -1, ++size_;
    return slot.value;
  }
  size_t size() const { return size_; }
  void Clear() {
    slots_.assign(64, {kFree, -1});
    size_ = 0;
  }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};  // no key of ours
  struct Slot {
    uint64_t key;
    int32_t value;
  };
  Slot& Find(uint64_t key) {
    size_t at = static_cast<size_t>((key * 0x9E3779B97F4A7C15) >> 32) & (slots_.size() - 1);
    while (slots_[at].key != key && slots_[at].key != kFree) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void Grow() {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2, {kFree, -1}));
    for (const Slot& slot : old)
      if (slot.key != kFree) Find(slot.key) = slot;
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
};

}  // namespace r1
