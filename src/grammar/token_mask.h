// A set of token ids: one bit for each id of the vocabulary.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace r1 {

class TokenMask {
 public:
  explicit TokenMask(int32_t vocab_size = 0) : words_((static_cast<size_t>(vocab_size) + 63) / 64) {}

  void Set(int32_t id) { words_[static_cast<size_t>(id) / 64] |= Bit(id); }
  void Clear(int32_t id) { words_[static_cast<size_t>(id) / 64] &= ~Bit(id); }
  bool Test(int32_t id) const {
    return id >= 0 && static_cast<size_t>(id) / 64 < words_.size() && (words_[static_cast<size_t>(id) / 64] & Bit(id)) != 0;
  }
  void Add(std::span<const uint64_t> words) {
    for (size_t i = 0; i < words.size(); ++i) words_[i] |= words[i];
  }
  int64_t Count() const {
    int64_t count = 0;
    for (const uint64_t word : words_) count += std::popcount(word);
    return count;
  }
  std::span<const uint64_t> words() const { return words_; }  // bit id % 64 of word id / 64

 private:
  static uint64_t Bit(int32_t id) { return uint64_t{1} << (id % 64); }
  std::vector<uint64_t> words_;
};

}  // namespace r1
