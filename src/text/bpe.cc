#include "text/bpe.h"

#include <bit>
#include <functional>
#include <queue>

#include "base/rng.h"

namespace r1 {
namespace {

constexpr uint64_t kEmpty = ~uint64_t{0};
constexpr size_t kShortPiece = 32;  // below this, scanning all pairs is faster than a queue

uint64_t PairKey(int32_t left, int32_t right) { return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right); }

}  // namespace

Bpe::Bpe(const std::vector<BpeMerge>& merges, std::span<const int32_t> ranks) {
  pairs_.assign(std::bit_ceil(2 * merges.size() + 2), {kEmpty, 0, 0});
  mask_ = pairs_.size() - 1;
  for (size_t i = 0; i < merges.size(); ++i) {
    const uint64_t pair = PairKey(merges[i].left, merges[i].right);
    uint64_t slot = MixBits(pair) & mask_;
    while (pairs_[slot].pair != kEmpty && pairs_[slot].pair != pair) slot = (slot + 1) & mask_;
    pairs_[slot] = {pair, ranks.empty() ? static_cast<int32_t>(i) : ranks[i], merges[i].result};
  }
}

const Bpe::PairEntry* Bpe::Find(int32_t left, int32_t right) const {
  const uint64_t pair = PairKey(left, right);
  for (uint64_t slot = MixBits(pair) & mask_; pairs_[slot].pair != kEmpty; slot = (slot + 1) & mask_)
    if (pairs_[slot].pair == pair) return &pairs_[slot];
  return nullptr;
}

void Bpe::Merge(std::vector<int32_t>* symbols) const {
  if (symbols->size() <= kShortPiece) {
    MergeShort(symbols);
  } else {
    MergeLong(symbols);
  }
}

void Bpe::MergeShort(std::vector<int32_t>* symbols) const {
  std::vector<int32_t>& s = *symbols;
  const PairEntry* entries[kShortPiece];  // of (s[i], s[i + 1])
  for (size_t i = 0; i + 1 < s.size(); ++i) entries[i] = Find(s[i], s[i + 1]);
  for (;;) {
    const size_t n = s.size();
    size_t best = n;
    for (size_t i = 0; i + 1 < n; ++i)
      if (entries[i] != nullptr && (best == n || entries[i]->rank < entries[best]->rank)) best = i;
    if (best == n) return;
    s[best] = entries[best]->result;
    s.erase(s.begin() + static_cast<ptrdiff_t>(best) + 1);
    for (size_t i = best + 1; i + 1 < n - 1; ++i) entries[i] = entries[i + 1];
    if (best + 1 < s.size()) entries[best] = Find(s[best], s[best + 1]);
    if (best > 0) entries[best - 1] = Find(s[best - 1], s[best]);
  }
}

void Bpe::MergeLong(std::vector<int32_t>* symbols) const {
  struct Node {
    int32_t id;  // -1: joined into its left neighbour
    int64_t previous, next;
  };
  struct Candidate {
    int32_t rank, left, right, result;
    int64_t position;
    bool operator>(const Candidate& o) const { return rank != o.rank ? rank > o.rank : position > o.position; }
  };
  const auto n = static_cast<int64_t>(symbols->size());
  std::vector<Node> nodes;
  nodes.reserve(symbols->size());
  for (int64_t i = 0; i < n; ++i) nodes.push_back({(*symbols)[static_cast<size_t>(i)], i - 1, i + 1});
  const auto node = [&](int64_t i) -> Node& { return nodes[static_cast<size_t>(i)]; };

  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto consider = [&](int64_t left) {
    if (left < 0 || node(left).next >= n) return;
    const int32_t a = node(left).id, b = node(node(left).next).id;
    if (const PairEntry* entry = Find(a, b)) queue.push({entry->rank, a, b, entry->result, left});
  };
  for (int64_t i = 0; i + 1 < n; ++i) consider(i);
  while (!queue.empty()) {
    const Candidate c = queue.top();
    queue.pop();
    const int64_t right = node(c.position).next;
    // Stale if either side has changed since; ids alone decide the rank, so equal ids mean the same candidate.
    if (node(c.position).id != c.left || right >= n || node(right).id != c.right) continue;
    node(c.position).id = c.result;
    node(c.position).next = node(right).next;
    if (node(right).next < n) node(node(right).next).previous = c.position;
    node(right).id = -1;
    consider(node(c.position).previous);
    consider(c.position);
  }
  symbols->clear();
  for (int64_t i = 0; i < n; i = node(i).next) symbols->push_back(node(i).id);
}

}  // namespace r1
