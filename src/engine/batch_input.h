// Some of a step's sequences as Model::Forward takes them: tokens, positions, where keys and values go. Kept from step to step for
// its memory.
#pragma once

#include <span>
#include <vector>

#include "engine/scheduler.h"
#include "model/forward_batch.h"

namespace r1 {

class BatchInput {
 public:
  void Fill(std::span<const ScheduledSequence> sequences);

  ForwardBatch View() const;  // valid until the next Fill
  // Rows whose hidden states tokens are drawn from: of every sequence that samples, its last token and its guesses.
  std::span<const int32_t> sampled_rows() const { return sampled_rows_; }

 private:
  std::vector<int32_t> token_ids_, positions_, query_starts_, context_lens_, slot_mapping_, block_ids_, sampled_rows_;
  int64_t max_blocks_ = 0;
};

}  // namespace r1
