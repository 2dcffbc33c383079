#include "engine/block_manager.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/rng.h"

namespace r1 {
namespace {

constexpr int kMostCandidates = 1024;  // blocks that are looked at for a part; beginnings of conversations can be many

}  // namespace

BlockManager::BlockManager(int64_t num_blocks, bool enable_prefix_cache)
    : blocks_(static_cast<size_t>(num_blocks)), enable_prefix_cache_(enable_prefix_cache) {
  buckets_.assign(std::bit_ceil(static_cast<size_t>(num_blocks) * 2), -1);
  children_ = buckets_;
  for (int32_t id = 0; id < num_blocks; ++id) Link(id, /*at_front=*/false);
}

int64_t BlockManager::TakeCachedPrefix(std::span<const int32_t> token_ids, BlockTable& table) {
  CHECK(table.blocks.empty() && table.num_indexed == 0);
  const int64_t usable = (static_cast<int64_t>(token_ids.size()) - 1) / kKvBlockSize;
  for (int64_t b = 0; b < usable; ++b) {
    const int32_t id = Find(table.prefix_id, token_ids.data() + b * kKvBlockSize);
    if (id < 0) break;
    Reference(id);
    table.blocks.push_back(id);
    table.prefix_id = at(id).prefix_id;
    ++table.num_indexed;
  }
  return table.num_indexed * kKvBlockSize;
}

int64_t BlockManager::CachedPrefix(std::span<const int32_t> token_ids) const {
  uint64_t prefix_id = 0;
  int64_t length = 0;
  for (; length + kKvBlockSize <= static_cast<int64_t>(token_ids.size()); length += kKvBlockSize) {
    const int32_t id = Find(prefix_id, token_ids.data() + length);
    if (id < 0) break;
    prefix_id = at(id).prefix_id;
  }
  return length;
}

int64_t BlockManager::TakePartOfBlock(std::span<const int32_t> token_ids, BlockTable& table, std::optional<BlockCopy>& copy) {
  CHECK(table.num_indexed == static_cast<int64_t>(table.blocks.size()));
  copy.reset();
  if (!enable_prefix_cache_ || num_free_ == 0) return 0;
  const auto begin = table.num_indexed * kKvBlockSize;
  const auto rest =
      token_ids.subspan(static_cast<size_t>(begin),
                        static_cast<size_t>(std::min<int64_t>(kKvBlockSize, static_cast<int64_t>(token_ids.size()) - 1 - begin)));
  int64_t most = 0;
  int32_t best = -1;
  int left = kMostCandidates;
  for (int32_t id = children_[ChildrenOf(table.prefix_id)]; id >= 0 && left > 0; id = at(id).next_child, --left) {
    if (at(id).parent_prefix_id != table.prefix_id) continue;
    const auto same = std::mismatch(rest.begin(), rest.end(), at(id).tokens.begin()).first - rest.begin();
    if (same <= most) continue;
    most = same;
    best = id;
  }
  if (best < 0 || num_free_ < (at(best).ref_count == 0 ? 2 : 1)) return 0;
  Reference(best);
  sources_.push_back(best);
  table.blocks.push_back(Allocate());
  copy = {best, table.blocks.back()};
  return most;
}

void BlockManager::ReleaseSources() {
  for (int32_t id : sources_) Unreference(id);
  sources_.clear();
}

bool BlockManager::Grow(BlockTable& table, int64_t num_tokens) {
  const int64_t missing = KvBlocks(num_tokens) - static_cast<int64_t>(table.blocks.size());
  if (missing > num_free_) return false;
  for (int64_t i = 0; i < missing; ++i) table.blocks.push_back(Allocate());
  return true;
}

void BlockManager::Shrink(BlockTable& table, int64_t num_tokens) {
  for (const auto keep = static_cast<size_t>(KvBlocks(num_tokens)); table.blocks.size() > keep; table.blocks.pop_back()) {
    CHECK(static_cast<int64_t>(table.blocks.size()) > table.num_indexed);
    Unreference(table.blocks.back());
  }
}

void BlockManager::Index(BlockTable& table, std::span<const int32_t> token_ids, int64_t num_computed) {
  if (!enable_prefix_cache_) return;
  for (; (table.num_indexed + 1) * kKvBlockSize <= num_computed; ++table.num_indexed) {
    const int32_t* tokens = token_ids.data() + table.num_indexed * kKvBlockSize;
    const int32_t known = Find(table.prefix_id, tokens);
    if (known >= 0) {  // two sequences computed the same block side by side: the first one's stays the findable one
      table.prefix_id = at(known).prefix_id;
      continue;
    }
    const int32_t id = table.blocks[static_cast<size_t>(table.num_indexed)];
    Block& block = at(id);
    CHECK(block.prefix_id == 0);
    block.parent_prefix_id = table.prefix_id;
    block.prefix_id = next_prefix_id_++;
    std::copy_n(tokens, kKvBlockSize, block.tokens.begin());
    int32_t& bucket = buckets_[BucketOf(table.prefix_id, tokens)];
    block.next_in_bucket = bucket;
    bucket = id;
    int32_t& children = children_[ChildrenOf(table.prefix_id)];
    block.next_child = children;
    children = id;
    ++num_cached_;
    table.prefix_id = block.prefix_id;
  }
}

bool BlockManager::Fork(const BlockTable& parent, int64_t num_tokens, BlockTable& child, std::optional<BlockCopy>& copy) {
  CHECK(child.blocks.empty() && child.num_indexed == 0);
  copy.reset();
  const auto full = static_cast<size_t>(num_tokens / kKvBlockSize);
  const bool partial = num_tokens % kKvBlockSize != 0;
  if (partial && num_free_ == 0) return false;
  CHECK(parent.num_indexed <= static_cast<int64_t>(full));
  child = {{parent.blocks.begin(), parent.blocks.begin() + static_cast<ptrdiff_t>(full)}, parent.num_indexed, parent.prefix_id};
  for (int32_t id : child.blocks) Reference(id);
  if (partial) {
    child.blocks.push_back(Allocate());
    copy = {parent.blocks[full], child.blocks.back()};
  }
  return true;
}

void BlockManager::Release(BlockTable& table) {
  for (size_t i = table.blocks.size(); i-- > 0;) Unreference(table.blocks[i]);
  table.blocks.clear();
  table.num_indexed = 0;
  table.prefix_id = 0;
}

void BlockManager::ResetPrefixCache() {
  std::fill(buckets_.begin(), buckets_.end(), -1);
  std::fill(children_.begin(), children_.end(), -1);
  for (Block& block : blocks_) {
    block.prefix_id = 0;
    block.next_in_bucket = block.next_child = -1;
  }
  num_cached_ = 0;
}

size_t BlockManager::BucketOf(uint64_t parent_prefix_id, const int32_t* tokens) const {
  uint64_t hash = MixBits(parent_prefix_id);
  for (int i = 0; i < kKvBlockSize; i += 2)
    hash = MixBits(hash ^ (uint64_t{static_cast<uint32_t>(tokens[i])} << 32 | static_cast<uint32_t>(tokens[i + 1])));
  return hash & (buckets_.size() - 1);
}

size_t BlockManager::ChildrenOf(uint64_t parent_prefix_id) const { return MixBits(parent_prefix_id) & (children_.size() - 1); }

int32_t BlockManager::Find(uint64_t parent_prefix_id, const int32_t* tokens) const {
  if (!enable_prefix_cache_) return -1;
  int32_t id = buckets_[BucketOf(parent_prefix_id, tokens)];
  while (id >= 0 &&
         !(at(id).parent_prefix_id == parent_prefix_id && std::equal(at(id).tokens.begin(), at(id).tokens.end(), tokens)))
    id = at(id).next_in_bucket;
  return id;
}

void BlockManager::RemoveFromIndex(int32_t id) {
  Block& block = at(id);
  int32_t* link = &buckets_[BucketOf(block.parent_prefix_id, block.tokens.data())];
  while (*link != id) link = &at(*link).next_in_bucket;
  *link = block.next_in_bucket;
  link = &children_[ChildrenOf(block.parent_prefix_id)];
  while (*link != id) link = &at(*link).next_child;
  *link = block.next_child;
  block.next_in_bucket = block.next_child = -1;
  block.prefix_id = 0;
  --num_cached_;
}

int32_t BlockManager::Allocate() {
  const int32_t id = front_;
  CHECK(id >= 0);
  if (at(id).prefix_id != 0) RemoveFromIndex(id);
  Reference(id);
  return id;
}

void BlockManager::Reference(int32_t id) {
  if (at(id).ref_count++ == 0) Unlink(id);
}

void BlockManager::Unreference(int32_t id) {
  CHECK(at(id).ref_count > 0);
  if (--at(id).ref_count == 0) Link(id, /*at_front=*/at(id).prefix_id == 0);
}

void BlockManager::Link(int32_t id, bool at_front) {
  Block& block = at(id);
  block.previous = at_front ? -1 : back_;
  block.next = at_front ? front_ : -1;
  (block.previous >= 0 ? at(block.previous).next : front_) = id;
  (block.next >= 0 ? at(block.next).previous : back_) = id;
  ++num_free_;
}

void BlockManager::Unlink(int32_t id) {
  Block& block = at(id);
  (block.previous >= 0 ? at(block.previous).next : front_) = block.next;
  (block.next >= 0 ? at(block.next).previous : back_) = block.previous;
  block.previous = block.next = -1;
  --num_free_;
}

void BlockManager::CheckConsistency(std::span<const BlockTable* const> tables) const {
  std::vector<int32_t> references(blocks_.size(), 0);
  for (const BlockTable* table : tables)
    for (int32_t id : table->blocks) ++references[static_cast<size_t>(id)];
  for (int32_t id : sources_) ++references[static_cast<size_t>(id)];
  int64_t free = 0, cached = 0;
  for (size_t id = 0; id < blocks_.size(); ++id) {
    CHECK(blocks_[id].ref_count == references[id]);
    free += references[id] == 0;
    cached += blocks_[id].prefix_id != 0;
  }
  CHECK(free == num_free_ && cached == num_cached_);
  int64_t linked = 0;
  for (int32_t id = front_, previous = -1; id >= 0; previous = id, id = at(id).next, ++linked)
    CHECK(at(id).ref_count == 0 && at(id).previous == previous);
  CHECK(linked == free);
  int64_t indexed = 0;
  for (size_t b = 0; b < buckets_.size(); ++b)
    for (int32_t id = buckets_[b]; id >= 0; id = at(id).next_in_bucket, ++indexed)
      CHECK(at(id).prefix_id != 0 && BucketOf(at(id).parent_prefix_id, at(id).tokens.data()) == b);
  CHECK(indexed == cached);
  indexed = 0;
  for (size_t b = 0; b < children_.size(); ++b)
    for (int32_t id = children_[b]; id >= 0; id = at(id).next_child, ++indexed)
      CHECK(at(id).prefix_id != 0 && ChildrenOf(at(id).parent_prefix_id) == b);
  CHECK(indexed == cached);
}

}  // namespace r1
