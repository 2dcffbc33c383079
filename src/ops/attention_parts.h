// How the gradient of attention is cut where families (a document, or a prompt with its completions) are fewer than threads. A part
// computes the scores it needs itself, which makes seven products of the five that a whole family takes; nothing passes from one
// part to another, and every sum is the chain that it is in one task.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/attention.h"

namespace r1::ops {

// For one key/value head: dq of the queries [begin, end) of a sequence, or dk and dv of the keys [begin, end) over all sequences
// that see them.
struct AttentionPart {
  enum class Of : uint8_t { kQueries, kKeys };
  Of of;
  std::span<const int32_t> sequences;  // of the plan's families, in the order they are summed
  int32_t begin, end;
  int64_t cost;  // products of a row and a key
};

// Whether threads that take whole families would wait for each other for longer than parts cost.
bool PartsSuit(const AttentionPlan& plan, const AttentionShape& shape, int num_threads);

// All queries and all keys of the plan, the longest part first, so that threads that claim them one by one end together. No part
// has more than kMostKeysOfPart keys.
std::vector<AttentionPart> CutIntoParts(const AttentionPlan& plan, const AttentionShape& shape, int num_threads);
inline constexpr int32_t kMostKeysOfPart = 240;

}  // namespace r1::ops
