// Numbers lists of pairs, equal lists alike, from 0 in order of appearance. Stacks and recognizer states are such lists; comparing
// two of them is then comparing two numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace r1 {

struct IntPair {
  int32_t first, second;
  friend auto operator<=>(const IntPair&, const IntPair&) = default;
};

class PairLists {
 public:
  PairLists() { Clear(); }
  int32_t Number(std::span<const IntPair> list);
  std::span<const IntPair> operator[](int32_t number) const {
    const auto n = static_cast<size_t>(number);
    return std::span(pairs_).subspan(begins_[n], begins_[n + 1] - begins_[n]);
  }
  int32_t size() const { return static_cast<int32_t>(begins_.size()) - 1; }
  void Clear();

 private:
  std::vector<IntPair> pairs_;    // all lists, one after another
  std::vector<size_t> begins_;    // by number, and the end
  std::vector<int32_t> buckets_;  // open addressing; -1: free. A power of two, at most half full
};

}  // namespace r1
