// Packed tokens of many sequences: the only description of "what to run" that a model ever sees.
#pragma once

#include <cstdint>
#include <span>

#include "ops/attention_layout.h"

namespace r1 {

// Training: no cache, whole sequences, perhaps sharing prompts. Prefill, chunked prefill and decode: a cache with slots and block
// tables.
struct ForwardBatch : ops::AttentionLayout {
  std::span<const int32_t> token_ids;  // [N] tokens of S sequences, concatenated
  std::span<const int32_t> positions;  // [N] position of each token in its own sequence
};

}  // namespace r1
