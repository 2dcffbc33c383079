#include "text/token_table.h"

#include <bit>

namespace r1 {

TokenTable::TokenTable(std::span<const std::string> strings)
    : strings_(strings.data()), slots_(std::bit_ceil(2 * strings.size() + 2)), mask_(slots_.size() - 1) {
  for (size_t i = 0; i < strings.size(); ++i) {
    if (strings[i].empty()) continue;
    const uint64_t hash = HashText(strings[i]);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    uint64_t slot = hash & mask_;
    bool known = false;
    for (; slots_[slot].id >= 0 && !known; slot = (slot + 1) & mask_)
      known = slots_[slot].tag == tag && strings[static_cast<size_t>(slots_[slot].id)] == strings[i];
    if (!known) {
      slots_[slot] = {static_cast<int32_t>(i), tag};
    } else if (first_duplicate_ < 0) {
      first_duplicate_ = static_cast<int64_t>(i);
    }
  }
}

int32_t TokenTable::Find(std::string_view text) const {
  if (slots_.empty()) return -1;
  const uint64_t hash = HashText(text);
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (uint64_t slot = hash & mask_; slots_[slot].id >= 0; slot = (slot + 1) & mask_)
    if (slots_[slot].tag == tag && strings_[slots_[slot].id] == text) return slots_[slot].id;
  return -1;
}

}  // namespace r1
