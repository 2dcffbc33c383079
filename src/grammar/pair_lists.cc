#include "grammar/pair_lists.h"

#include <algorithm>

namespace r1 {
namespace {

size_t Hash(std::span<const IntPair> list) {
  uint64_t hash = list.size();
  for (const IntPair& pair : list) {
    hash ^= static_cast<uint64_t>(static_cast<uint32_t>(pair.first)) << 32 | static_cast<uint32_t>(pair.second);
    hash *= 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: spreads every bit upwards
    hash ^= hash >> 29;
  }
  return static_cast<size_t>(hash);
}

}  // namespace

void PairLists::Clear() {
  pairs_.clear();
  begins_.assign(1, 0);
  buckets_.assign(64, -1);
}

int32_t PairLists::Number(std::span<const IntPair> list) {
  size_t bucket = Hash(list) & (buckets_.size() - 1);
  for (; buckets_[bucket] >= 0; bucket = (bucket + 1) & (buckets_.size() - 1))
    if (std::ranges::equal((*this)[buckets_[bucket]], list)) return buckets_[bucket];
  const int32_t number = size();
  buckets_[bucket] = number;
  pairs_.insert(pairs_.end(), list.begin(), list.end());
  begins_.push_back(pairs_.size());
  if (begins_.size() * 2 > buckets_.size()) {
    buckets_.assign(buckets_.size() * 2, -1);
    for (int32_t n = 0; n < size(); ++n) {
      bucket = Hash((*this)[n]) & (buckets_.size() - 1);
      while (buckets_[bucket] >= 0) bucket = (bucket + 1) & (buckets_.size() - 1);
      buckets_[bucket] = n;
    }
  }
  return number;
}

}  // namespace r1
