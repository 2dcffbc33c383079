#include "data/packing.h"

#include <utility>

#include "base/error.h"

namespace r1 {

Packer::Packer(std::function<TokenSequence(int64_t)> next, int64_t tokens_per_pack, int64_t max_length)
    : next_(std::move(next)), tokens_per_pack_(tokens_per_pack), max_length_(max_length) {
  Require(max_length >= 2 && max_length <= tokens_per_pack, "packing: max_length must lie in 2..tokens_per_pack (", tokens_per_pack,
          "), got ", max_length);
}

void Packer::Seek(int64_t cursor) {
  cursor_ = cursor;
  waiting_.clear();
}

TokenSequence Packer::Load(int64_t index) const {
  TokenSequence document = next_(index);
  Require(document.size() >= 2, "packing: document ", index, " has ", document.size(),
          " tokens; at least 2 are needed to predict one");
  if (static_cast<int64_t>(document.size()) > max_length_) document.resize(static_cast<size_t>(max_length_));
  return document;
}

Pack Packer::Next() {
  Pack pack;
  int64_t left = tokens_per_pack_;
  for (;;) {
    if (waiting_.empty()) waiting_ = Load(cursor_);
    const auto length = static_cast<int64_t>(waiting_.size());
    if (length > left) return pack;
    left -= length;
    pack.push_back(std::move(waiting_));
    waiting_.clear();
    ++cursor_;
  }
}

std::vector<std::vector<int64_t>> PackInOrder(const std::vector<int64_t>& lengths, int64_t tokens_per_pack) {
  std::vector<std::vector<int64_t>> packs;
  int64_t left = 0;
  for (size_t i = 0; i < lengths.size(); ++i) {
    Require(lengths[i] <= tokens_per_pack, "packing: sequence ", i, " has ", lengths[i], " tokens, more than the budget of ",
            tokens_per_pack);
    if (packs.empty() || lengths[i] > left) {
      packs.emplace_back();
      left = tokens_per_pack;
    }
    left -= lengths[i];
    packs.back().push_back(static_cast<int64_t>(i));
  }
  return packs;
}

}  // namespace r1
