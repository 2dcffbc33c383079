// One request's tokens and state, from Submit to its Completion.
#pragma once

#include <memory>
#include <vector>

#include "engine/block_manager.h"
#include "engine/completion.h"
#include "engine/logits_processor.h"
#include "engine/sampling_params.h"
#include "engine/text_stream.h"

namespace r1 {

enum class SequenceStatus : uint8_t { kWaiting, kRunning, kFinished };

struct Sequence {
  SequenceId id = 0;
  std::shared_ptr<const SamplingParams> params;  // shared by a group
  uint64_t rng_key = 0;
  std::vector<int32_t> token_ids;  // prompt, then what was generated
  int64_t num_prompt_tokens = 0;
  int64_t max_length = 0;  // token_ids.size() at which it ends with kLength

  SequenceStatus status = SequenceStatus::kWaiting;
  BlockTable block_table;
  int64_t num_computed = 0;  // tokens whose keys and values are in block_table
  // Sequences of the same prompt that wait outside the queue until this one has computed it; see Scheduler::Fork.
  std::vector<Sequence*> siblings;

  std::vector<std::shared_ptr<LogitsProcessor>> logits_processors;
  std::unique_ptr<TextStream> text_stream;        // null: nobody asks for text
  std::shared_ptr<const TokenCallback> callback;  // null: nobody listens. Shared by a group
  Completion completion;

  int64_t length() const { return static_cast<int64_t>(token_ids.size()); }
  int64_t num_generated() const { return length() - num_prompt_tokens; }
  // Still to be computed before the next token can be sampled; 1 while decoding.
  int64_t num_uncomputed() const { return length() - num_computed; }
};

}  // namespace r1
