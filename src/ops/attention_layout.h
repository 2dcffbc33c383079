// Which token sees which keys: the packed batch as attention needs it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace r1::ops {

// Block ids of every sequence, row-major, `max_blocks` columns; unused entries are not read.
struct BlockTables {
  std::span<const int32_t> ids;  // [S, max_blocks]
  int64_t max_blocks = 0;
};

// N packed tokens of S sequences. A sequence's last query_starts[s+1] - query_starts[s] positions are in the batch.
struct AttentionLayout {
  std::span<const int32_t> query_starts;  // [S+1] prefix sums over the N tokens
  std::span<const int32_t> context_lens;  // [S]   keys visible per sequence, these tokens included
  std::span<const int32_t> slot_mapping;  // [N]   where each token's K/V goes (block * 16 + offset); empty without a cache
  BlockTables block_tables;               // [S, max_blocks]; empty without a cache
  // [S] without a cache, or empty: the earlier sequence whose tokens come before this one's, or -1. A group of completions so
  // shares its prompt, computed once. The sequence named must have no prefix of its own.
  std::span<const int32_t> prefix_sequences;
};

struct AttentionTasks;

// The layout with everything a forward pass derives from it once and every layer uses.
struct AttentionPlan {
  struct Sequence {
    int32_t query_start, num_queries;
    int32_t first_position;  // of its first query
    int32_t block_row;       // row in the block tables
    int32_t key_rows_start;  // into key_rows
    int32_t shared_blocks;   // first blocks that are the sequence before's too, all before the queries of both
  };
  struct Copy {
    int32_t row, slot;  // row of the batch whose K/V also goes to `slot`
  };

  bool with_cache = false;
  int64_t num_tokens = 0;
  std::vector<Sequence> sequences;
  std::vector<int32_t> block_ids;  // [S, max_blocks]
  int64_t max_blocks = 0;
  std::vector<int32_t> slots;  // [N]
  // How attention is cut into tasks (attention_tasks.h): made by the first layer, used by all. A plan is used by one thread at a
  // time.
  mutable std::shared_ptr<const AttentionTasks> tasks;
  // Without a cache:
  int64_t num_blocks = 0;          // temporary blocks to allocate
  std::vector<Copy> prefix_tails;  // the shared prefix's last, partly filled block, once more for each sequence behind it
  std::vector<int32_t> key_rows;   // row of the batch of every key of every sequence
  std::vector<std::vector<int32_t>> families;  // sequences that share gradient rows, in the order they are summed
};

// Throws kInvalidArgument for a layout that contradicts itself.
std::shared_ptr<const AttentionPlan> PlanAttention(const AttentionLayout& layout, int64_t num_tokens);

}  // namespace r1::ops
