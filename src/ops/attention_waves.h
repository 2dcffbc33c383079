// How the gradient of attention is cut into waves where families are fewer than threads: a long document, or the completions of one
// prompt. All threads work on a wave of queries, first on their rows, then on the keys that they see; every sum is the chain it is
// in one task.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/gemm_plan.h"
#include "kernels/kernels.h"
#include "ops/attention.h"

namespace r1::ops {

// The queries of one sequence that are in a wave, of all key/value heads.
struct WaveSegment {
  int32_t sequence, family, first_query, num_queries;
  int64_t width;       // of its rows' weights
  int64_t rows, keys;  // its QueryForms and KeyForms in the wave's memory, one head after the other
};

// Queries, or keys, [begin, end) of a segment, for one task.
struct WavePiece {
  int32_t segment, begin, end;
};

// Keys [begin, end) of a sequence with the segments of the wave that see them, in the order in which they are summed.
struct WaveSums {
  int32_t first_segment, num_segments, begin, end;
  int64_t cost;  // products of a row and a key
};

struct Wave {
  std::vector<WavePiece> keys, queries;
  std::vector<WaveSums> sums;  // the longest first, so that threads that claim them one by one end together
};

struct Waves {
  std::vector<WaveSegment> segments;
  std::vector<Wave> waves;
  int64_t floats = 0;     // memory of the largest wave
  int64_t most_keys = 0;  // of one WaveSums
};

// Whether threads that take whole families would wait for each other for longer than waves cost.
bool WavesSuit(const AttentionPlan& plan, const AttentionShape& shape, int num_threads);

// A wave takes no more memory than the gradient of qkv does, if one segment can do with that.
Waves CutIntoWaves(const AttentionPlan& plan, const AttentionShape& shape, int num_threads, int64_t tile_rows);

// Floats of one head's forms in a wave's memory, and where they lie. rows: of the segment; a piece's begin at first_row.
inline int64_t QueryFloats(int64_t rows, int64_t width, int64_t head_dim) {
  return 2 * (RoundUp(rows * head_dim, 16) + rows * width);
}
inline int64_t KeyFloats(int64_t keys, int64_t head_dim) { return 3 * RoundUp(keys, kKvBlockSize) * head_dim; }
inline QueryForms QueryFormsAt(float* p, int64_t rows, int64_t width, int64_t head_dim, int64_t first_row) {
  const int64_t vectors = RoundUp(rows * head_dim, 16);
  float* const weights = p + 2 * vectors + first_row * width;
  return {p + first_row * head_dim, p + vectors + first_row * head_dim, weights, weights + rows * width, width};
}
inline KeyForms KeyFormsAt(float* p, int64_t keys, int64_t head_dim) {
  const int64_t vectors = RoundUp(keys, kKvBlockSize) * head_dim;
  return {p, p + vectors, p + 2 * vectors};
}

}  // namespace r1::ops
