#include "engine/batch_input.h"

#include <algorithm>

namespace r1 {

void BatchInput::Fill(std::span<const ScheduledSequence> sequences) {
  token_ids_.clear();
  positions_.clear();
  slot_mapping_.clear();
  context_lens_.clear();
  sampled_rows_.clear();
  query_starts_.assign(1, 0);
  max_blocks_ = 0;
  for (const ScheduledSequence& scheduled : sequences) {
    const Sequence& sequence = *scheduled.sequence;
    const int64_t begin = sequence.num_computed, end = begin + scheduled.num_tokens;
    const std::vector<int32_t>& blocks = sequence.block_table.blocks;
    for (int64_t p = begin; p < end; ++p) {
      token_ids_.push_back(sequence.TokenAt(p));
      positions_.push_back(static_cast<int32_t>(p));
      slot_mapping_.push_back(blocks[static_cast<size_t>(p / kKvBlockSize)] * kKvBlockSize +
                              static_cast<int32_t>(p % kKvBlockSize));
    }
    context_lens_.push_back(static_cast<int32_t>(end));
    query_starts_.push_back(static_cast<int32_t>(token_ids_.size()));
    for (int64_t p = sequence.length() - 1; scheduled.samples && p < end; ++p)
      sampled_rows_.push_back(query_starts_.back() - static_cast<int32_t>(end - p));
    max_blocks_ = std::max(max_blocks_, KvBlocks(end));
  }
  const auto width = static_cast<size_t>(max_blocks_);
  block_ids_.assign(sequences.size() * width, 0);
  for (size_t s = 0; s < sequences.size(); ++s) {
    const std::vector<int32_t>& blocks = sequences[s].sequence->block_table.blocks;
    std::copy_n(blocks.begin(), std::min(blocks.size(), width), block_ids_.begin() + static_cast<ptrdiff_t>(s * width));
  }
}

ForwardBatch BatchInput::View() const {
  ForwardBatch forward;
  forward.token_ids = token_ids_;
  forward.positions = positions_;
  forward.query_starts = query_starts_;
  forward.context_lens = context_lens_;
  forward.slot_mapping = slot_mapping_;
  forward.block_tables = {block_ids_, max_blocks_};
  return forward;
}

}  // namespace r1
