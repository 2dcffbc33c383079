// Memory of keys and values in blocks of kKvBlockSize tokens: who holds which block, and which full blocks hold the keys of a known
// prefix and can be used again.
//
// Prefix cache. Every distinct run of full blocks from position 0 has an id that is never used twice. A block is found by (id of
// the prefix before it, its tokens), and both are compared, not only their hash: a hit is right by construction. A block nobody
// holds stays findable until its memory is needed; the one unused for longest goes first. Whoever holds a block holds all blocks
// before it, and a table is released back to front, so a prefix is never evicted before what continues it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/kv_cache.h"

namespace r1 {

// The blocks of one sequence, in order of position.
struct BlockTable {
  std::vector<int32_t> blocks;
  // The first num_indexed blocks are full and known to the prefix cache, or equal to blocks that are; prefix_id names them.
  int64_t num_indexed = 0;
  uint64_t prefix_id = 0;  // 0: the empty prefix
};

class BlockManager {
 public:
  // Keys and values that the caller has to copy.
  struct BlockCopy {
    int32_t from, to;
  };

  BlockManager(int64_t num_blocks, bool enable_prefix_cache);

  int64_t num_blocks() const { return static_cast<int64_t>(blocks_.size()); }
  int64_t num_free_blocks() const { return num_free_; }  // held by nobody; cached ones included
  int64_t num_cached_blocks() const { return num_cached_; }

  // Appends to an empty table the longest cached prefix of token_ids that leaves at least one token to compute.
  // Returns its length in tokens.
  int64_t TakeCachedPrefix(std::span<const int32_t> token_ids, BlockTable& table);
  // Tokens of the longest cached prefix of whole blocks; nobody holds it.
  int64_t CachedPrefix(std::span<const int32_t> token_ids) const;
  // Goes on where TakeCachedPrefix ended. If a cached block begins as the tokens behind the prefix do, the table gets a block of
  // its own, copy->from to copy->to is for the caller to copy before anything is computed, and the source is held until
  // ReleaseSources. Returns the number of tokens that are in the copy; they leave at least one to compute. Needs one free block,
  // two at most.
  int64_t TakePartOfBlock(std::span<const int32_t> token_ids, BlockTable& table, std::optional<BlockCopy>& copy);
  void ReleaseSources();
  // Makes room for num_tokens tokens. false, and the table unchanged, if there are not enough free blocks.
  bool Grow(BlockTable& table, int64_t num_tokens);
  // Gives back blocks beyond those of num_tokens tokens: room for guesses that were wrong.
  void Shrink(BlockTable& table, int64_t num_tokens);
  // Makes the full blocks among the first num_computed tokens findable. Their keys and values must have been computed.
  void Index(BlockTable& table, std::span<const int32_t> token_ids, int64_t num_computed);
  // `child` (empty) becomes a copy of the first num_tokens tokens of `parent`: full blocks are shared, a last partly filled one
  // gets a block of its own, whose contents the caller copies from copy->from to copy->to. false if no block is free.
  bool Fork(const BlockTable& parent, int64_t num_tokens, BlockTable& child, std::optional<BlockCopy>& copy);
  void Release(BlockTable& table);
  // Forgets all prefixes: the weights changed. Tables in use must be released before they are used again.
  void ResetPrefixCache();

  // CHECKs that lists, counts and the index agree; `tables` are all that exist. For tests.
  void CheckConsistency(std::span<const BlockTable* const> tables) const;

 private:
  struct Block {
    int32_t ref_count = 0;
    int32_t previous = -1, next = -1;  // in the list of free blocks
    int32_t next_in_bucket = -1;
    int32_t next_child = -1;        // in the list of blocks that continue some prefix of the same hash
    uint64_t prefix_id = 0;         // of the prefix that ends with this block; 0: not in the index
    uint64_t parent_prefix_id = 0;  // of the prefix before it
    std::array<int32_t, kKvBlockSize> tokens;
  };

  Block& at(int32_t id) { return blocks_[static_cast<size_t>(id)]; }
  const Block& at(int32_t id) const { return blocks_[static_cast<size_t>(id)]; }
  size_t BucketOf(uint64_t parent_prefix_id, const int32_t* tokens) const;
  size_t ChildrenOf(uint64_t parent_prefix_id) const;
  int32_t Find(uint64_t parent_prefix_id, const int32_t* tokens) const;
  void RemoveFromIndex(int32_t id);
  int32_t Allocate();  // a free block must exist
  void Reference(int32_t id);
  void Unreference(int32_t id);
  void Link(int32_t id, bool at_front);
  void Unlink(int32_t id);

  std::vector<Block> blocks_;
  std::vector<int32_t> buckets_;    // first block of each hash bucket, or -1
  std::vector<int32_t> children_;   // the same blocks by the hash of the prefix before them alone
  std::vector<int32_t> sources_;    // held until they are copied
  int32_t front_ = -1, back_ = -1;  // free blocks; taken from the front, so uncached first, then the longest unused
  int64_t num_free_ = 0, num_cached_ = 0;
  uint64_t next_prefix_id_ = 1;
  bool enable_prefix_cache_;
};

}  // namespace r1
