// How the attention of a batch is cut into tasks that any thread may take. The cut changes no bit: every row's numbers are its own.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/attention_layout.h"

namespace r1::ops {

// Rows (one head of one query each) that read the keys of a key/value head together, of each such head in turn. Sequences that
// begin with the same blocks, as the completions of one prompt do, are in one task, so that those blocks are read once for all of
// them.
struct AttentionTask {
  struct Segment {
    int32_t sequence, first_query, num_queries;
  };
  int32_t first_segment, num_segments;
  int32_t shared_blocks;  // that every segment's sequence begins with, all before its queries
  int64_t rows, keys;     // keys: the most that a row sees
  int64_t cost;           // products of a row and a key
};

struct AttentionTasks {
  int64_t group;  // query heads to a key/value head
  std::vector<AttentionTask::Segment> segments;
  std::vector<AttentionTask> tasks;  // the longest first, so that threads that claim them one by one end together
};

// tile_rows: rows of a register tile, a task's rows being a multiple where they can. The
// weights of a task, rows x keys floats, stay near the second cache's size: at most 128 rows, and one tile whatever the context.
AttentionTasks CutAttention(const AttentionPlan& plan, int64_t group, int64_t tile_rows);

}  // namespace r1::ops
