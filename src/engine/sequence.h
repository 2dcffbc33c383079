// One request's tokens and state, from Submit to its Completion.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/block_manager.h"
#include "engine/completion.h"
#include "engine/draft_pace.h"
#include "engine/logits_processor.h"
#include "engine/sampling_params.h"
#include "engine/text_stream.h"
#include "engine/thinking_control.h"

namespace r1 {

enum class SequenceStatus : uint8_t { kWaiting, kRunning, kFinished };

struct Sequence {
  SequenceId id = 0;
  std::shared_ptr<const SamplingParams> params;  // shared by a group
  uint64_t rng_key = 0;
  int64_t first_draw = 0;          // Request::first_draw
  std::vector<int32_t> token_ids;  // prompt, then what was generated
  int64_t num_prompt_tokens = 0;
  int64_t max_length = 0;  // token_ids.size() at which it ends with kLength

  SequenceStatus status = SequenceStatus::kWaiting;
  BlockTable block_table;
  int64_t num_computed = 0;  // tokens whose keys and values are in block_table
  // Guesses of the next tokens, computed behind the last one in this step; the first num_accepted of them were right.
  std::vector<int32_t> draft_ids;
  size_t num_accepted = 0;
  bool draft_is_forced = false;  // no guesses, but what is known to be forced
  DraftPace pace;
  // Sequences of the same prompt that wait outside the queue until this one has computed it; see Scheduler::Fork.
  std::vector<Sequence*> siblings;

  std::vector<std::shared_ptr<LogitsProcessor>> logits_processors;
  std::unique_ptr<ThinkingControl> thinking;      // null: no tokenizer and no loop guard
  std::unique_ptr<TextStream> text_stream;        // null: nobody asks for text
  std::shared_ptr<const TokenCallback> callback;  // null: nobody listens. Shared by a group
  Completion completion;

  int64_t length() const { return static_cast<int64_t>(token_ids.size()); }
  std::span<const int32_t> generated() const { return std::span(token_ids).subspan(static_cast<size_t>(num_prompt_tokens)); }
  int64_t num_generated() const { return length() - num_prompt_tokens; }
  uint64_t next_draw() const { return static_cast<uint64_t>(first_draw) + static_cast<uint64_t>(num_generated()); }
  // The token at a position of the step: one of its own, or behind them, a guess.
  int32_t TokenAt(int64_t position) const {
    return position < length() ? token_ids[static_cast<size_t>(position)] : draft_ids[static_cast<size_t>(position - length())];
  }
  // Still to be computed before the next token can be sampled; 1 while decoding.
  int64_t num_uncomputed() const { return length() - num_computed; }
};

}  // namespace r1
