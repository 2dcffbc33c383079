#include "text/bpe.h"

#include <bit>
#include <functional>
#include <mutex>
#include <queue>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

constexpr uint64_t kEmpty = ~uint64_t{0};
constexpr size_t kShortPiece = 32;          // below this, scanning all pairs is faster than a queue
constexpr size_t kLongestCachedPiece = 64;  // bytes
constexpr size_t kCacheShards = 16;
constexpr size_t kPiecesPerShard = 4096;  // a full shard stops taking new pieces, as Hugging Face's cache does

uint64_t PairKey(int32_t left, int32_t right) { return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right); }

struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};

}  // namespace

struct alignas(64) Bpe::CacheShard {
  std::mutex mutex;
  std::unordered_map<std::string, std::vector<int32_t>, StringHash, std::equal_to<>> pieces;
};

Bpe::Bpe(const std::array<int32_t, 256>& byte_ids, int32_t unk_id, const std::vector<BpeMerge>& merges)
    : byte_ids_(byte_ids), unk_id_(unk_id), cache_(std::make_shared<std::vector<CacheShard>>(kCacheShards)) {
  pairs_.assign(std::bit_ceil(2 * merges.size() + 2), {kEmpty, 0, 0});
  pair_mask_ = pairs_.size() - 1;
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const uint64_t pair = PairKey(merges[rank].left, merges[rank].right);
    uint64_t slot = MixBits(pair) & pair_mask_;
    while (pairs_[slot].pair != kEmpty && pairs_[slot].pair != pair) slot = (slot + 1) & pair_mask_;
    pairs_[slot] = {pair, static_cast<int32_t>(rank), merges[rank].result};  // a pair listed twice keeps its last rank
  }
}

const Bpe::PairEntry* Bpe::Find(int32_t left, int32_t right) const {
  const uint64_t pair = PairKey(left, right);
  for (uint64_t slot = MixBits(pair) & pair_mask_; pairs_[slot].pair != kEmpty; slot = (slot + 1) & pair_mask_)
    if (pairs_[slot].pair == pair) return &pairs_[slot];
  return nullptr;
}

void Bpe::Encode(std::string_view piece, std::vector<int32_t>* ids) const {
  CacheShard* shard = nullptr;
  if (piece.size() > 1 && piece.size() <= kLongestCachedPiece) {
    shard = &(*cache_)[std::hash<std::string_view>{}(piece) % kCacheShards];
    const std::lock_guard lock(shard->mutex);
    if (const auto found = shard->pieces.find(piece); found != shard->pieces.end()) {
      ids->insert(ids->end(), found->second.begin(), found->second.end());
      return;
    }
  }
  std::vector<int32_t> symbols;
  symbols.reserve(piece.size());
  for (const char c : piece) {
    const auto byte = static_cast<uint8_t>(c);
    int32_t id = byte_ids_[byte];
    if (id < 0) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      Require(unk_id_ >= 0, "tokenizer: no token for byte 0x", kHex[byte >> 4], kHex[byte & 15], " and no unknown token");
      id = unk_id_;
    }
    symbols.push_back(id);
  }
  if (symbols.size() <= kShortPiece) {
    EncodeShort(&symbols);
  } else {
    EncodeLong(&symbols);
  }
  ids->insert(ids->end(), symbols.begin(), symbols.end());
  if (shard != nullptr) {
    const std::lock_guard lock(shard->mutex);
    if (shard->pieces.size() < kPiecesPerShard) shard->pieces.emplace(piece, std::move(symbols));
  }
}

void Bpe::EncodeShort(std::vector<int32_t>* symbols) const {
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

void Bpe::EncodeLong(std::vector<int32_t>* symbols) const {
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
