#include "engine/ngram_index.h"

#include <algorithm>

#include "base/rng.h"

namespace r1 {

void NgramIndex::Clear() {
  latest_.clear();
  previous_.clear();
}

void NgramIndex::Extend(std::span<const int32_t> tokens) {
  const auto size = static_cast<int64_t>(tokens.size());
  int64_t from = static_cast<int64_t>(previous_.size());
  if (size < from) return;
  previous_.resize(static_cast<size_t>(size) + 1);
  if (static_cast<size_t>(size) > latest_.size()) {  // more buckets: everything anew, at twice the size, so seldom
    size_t buckets = std::max<size_t>(256, latest_.size());
    while (buckets < static_cast<size_t>(size)) buckets *= 2;
    latest_.assign(buckets * 2, 0);
    from = 0;
  }
  for (int64_t end = std::max<int64_t>(from, n_); end <= size; ++end) Link(tokens, end);
}

size_t NgramIndex::BucketOf(const int32_t* last) const {
  uint64_t hash = 0;
  for (int i = 0; i < n_; ++i) hash = (hash ^ static_cast<uint32_t>(last[-i])) * 0x9E3779B97F4A7C15ull;
  return MixBits(hash) & (latest_.size() - 1);
}

void NgramIndex::Link(std::span<const int32_t> tokens, int64_t end) {
  int32_t& latest = latest_[BucketOf(&tokens[static_cast<size_t>(end - 1)])];
  previous_[static_cast<size_t>(end)] = latest;
  latest = static_cast<int32_t>(end);
}

NgramIndex::Match NgramIndex::LongestMatch(std::span<const int32_t> tokens, int64_t max_length) const {
  Match best;
  const auto size = static_cast<int64_t>(tokens.size());
  if (size < n_ || previous_.size() <= tokens.size()) return best;
  int64_t end = previous_[tokens.size()];
  for (int i = 0; end > 0 && i < kMostCandidates; ++i, end = previous_[static_cast<size_t>(end)]) {
    int64_t length = 0;
    while (length < std::min(end, max_length) &&
           tokens[static_cast<size_t>(end - 1 - length)] == tokens[static_cast<size_t>(size - 1 - length)])
      ++length;
    if (length >= n_ && length > best.length) best = {end, length};
    if (best.length == max_length) break;
  }
  return best;
}

}  // namespace r1
