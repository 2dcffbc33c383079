#include "ops/attention_layout.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/kernels.h"

namespace r1::ops {
namespace {

// Temporary blocks for a batch without a cache. Whole blocks of a prefix are shared; its last, partly filled block is copied into
// the first block of each sequence behind it, so that key blocks start at absolute position 0 as they do in the cache.
void PlanTemporaryBlocks(const AttentionLayout& layout, AttentionPlan& plan) {
  const size_t num_sequences = plan.sequences.size();
  int64_t max_context = 0;
  for (int32_t context : layout.context_lens) max_context = std::max<int64_t>(max_context, context);
  plan.max_blocks = KvBlocks(max_context);
  plan.block_ids.assign(num_sequences * static_cast<size_t>(plan.max_blocks), -1);
  plan.slots.resize(static_cast<size_t>(plan.num_tokens));
  plan.families.resize(num_sequences);
  for (size_t s = 0; s < num_sequences; ++s) {
    AttentionPlan::Sequence& sequence = plan.sequences[s];
    const int32_t context = layout.context_lens[s];
    const int32_t prefix = layout.prefix_sequences.empty() ? -1 : layout.prefix_sequences[s];
    int32_t* blocks = plan.block_ids.data() + s * static_cast<size_t>(plan.max_blocks);
    Require(prefix < static_cast<int32_t>(s), "attention: prefix sequence of ", s, " must come before it, got ", prefix);
    Require(sequence.first_position == (prefix < 0 ? 0 : layout.context_lens[static_cast<size_t>(prefix)]), "attention: sequence ",
            s, " starts at position ", sequence.first_position, ", which its prefix does not reach");
    sequence.key_rows_start = static_cast<int32_t>(plan.key_rows.size());
    int64_t shared_blocks = 0;
    if (prefix >= 0) {
      const AttentionPlan::Sequence& head = plan.sequences[static_cast<size_t>(prefix)];
      Require(head.first_position == 0, "attention: a shared prefix must not have a prefix itself");
      shared_blocks = head.num_queries / kKvBlockSize;
      std::copy_n(plan.block_ids.data() + static_cast<size_t>(prefix) * static_cast<size_t>(plan.max_blocks), shared_blocks,
                  blocks);
      for (int32_t i = 0; i < head.num_queries; ++i) plan.key_rows.push_back(head.query_start + i);
      plan.families[static_cast<size_t>(prefix)].push_back(static_cast<int32_t>(s));
    } else {
      plan.families[s].push_back(static_cast<int32_t>(s));
    }
    for (int64_t b = shared_blocks; b * kKvBlockSize < context; ++b) blocks[b] = static_cast<int32_t>(plan.num_blocks++);
    auto slot_of = [&](int32_t position) { return blocks[position / kKvBlockSize] * kKvBlockSize + position % kKvBlockSize; };
    if (prefix >= 0) {
      const AttentionPlan::Sequence& head = plan.sequences[static_cast<size_t>(prefix)];
      for (int32_t p = static_cast<int32_t>(shared_blocks) * kKvBlockSize; p < head.num_queries; ++p)
        plan.prefix_tails.push_back({head.query_start + p, slot_of(p)});
    }
    for (int32_t i = 0; i < sequence.num_queries; ++i) {
      plan.slots[static_cast<size_t>(sequence.query_start + i)] = slot_of(sequence.first_position + i);
      plan.key_rows.push_back(sequence.query_start + i);
    }
  }
  std::erase_if(plan.families, [](const auto& family) { return family.empty(); });
}

void FindSharedBlocks(AttentionPlan& plan) {
  for (size_t s = 1; s < plan.sequences.size(); ++s) {
    AttentionPlan::Sequence &one = plan.sequences[s - 1], &two = plan.sequences[s];
    const int32_t most = std::min(one.first_position, two.first_position) / kKvBlockSize;
    const int32_t* blocks = plan.block_ids.data() + one.block_row * plan.max_blocks;
    const int32_t* others = plan.block_ids.data() + two.block_row * plan.max_blocks;
    while (two.shared_blocks < most && blocks[two.shared_blocks] == others[two.shared_blocks]) ++two.shared_blocks;
  }
}

}  // namespace

std::shared_ptr<const AttentionPlan> PlanAttention(const AttentionLayout& layout, int64_t num_tokens) {
  auto plan = std::make_shared<AttentionPlan>();
  const size_t num_sequences = layout.context_lens.size();
  Require(layout.query_starts.size() == num_sequences + 1 && layout.query_starts.front() == 0 &&
              layout.query_starts.back() == num_tokens,
          "attention: query_starts must have ", num_sequences + 1, " entries from 0 to ", num_tokens);
  plan->num_tokens = num_tokens;
  plan->with_cache = !layout.slot_mapping.empty();
  plan->sequences.resize(num_sequences);
  for (size_t s = 0; s < num_sequences; ++s) {
    const int32_t start = layout.query_starts[s], count = layout.query_starts[s + 1] - start;
    Require(count > 0 && layout.context_lens[s] >= count, "attention: sequence ", s, " has ", count, " tokens and a context of ",
            layout.context_lens[s]);
    plan->sequences[s] = {start, count, layout.context_lens[s] - count, static_cast<int32_t>(s), 0, 0};
  }
  if (!plan->with_cache) {
    PlanTemporaryBlocks(layout, *plan);
    FindSharedBlocks(*plan);
    return plan;
  }
  Require(layout.prefix_sequences.empty(), "attention: with a cache a shared prefix is shared through its blocks");
  Require(static_cast<int64_t>(layout.slot_mapping.size()) == num_tokens, "attention: slot_mapping must have ", num_tokens,
          " entries, got ", layout.slot_mapping.size());
  Require(layout.block_tables.ids.size() == num_sequences * static_cast<size_t>(layout.block_tables.max_blocks),
          "attention: block_tables must be [", num_sequences, ", ", layout.block_tables.max_blocks, "]");
  plan->slots.assign(layout.slot_mapping.begin(), layout.slot_mapping.end());
  plan->block_ids.assign(layout.block_tables.ids.begin(), layout.block_tables.ids.end());
  plan->max_blocks = layout.block_tables.max_blocks;
  FindSharedBlocks(*plan);
  return plan;
}

}  // namespace r1::ops
