// What attention over rows and its gradient share: keys and values in the forms that the tiles want, kTileRows rows at a time (a
// row is one head of one query).
#pragma once

#include "kernels/cpu/groups.h"
#include "kernels/cpu/simd_bytes.h"
#include "kernels/cpu/tile.h"
#include "kernels/kernels.h"

namespace r1::R1_ISA {

constexpr int64_t kBlock = kKvBlockSize;

R1_INLINE int64_t WholeBlocks(int64_t keys) { return (keys + kBlock - 1) / kBlock * kBlock; }
// Floats from a row of weights to the next: sixteen more than the keys, so that rows do not fall on the same lines of a cache.
R1_INLINE int64_t WeightStride(int64_t width) { return width + 16; }

// Walks over the rows of a call: the heads of a query, then those of the next.
struct RowCursor {
  int64_t group, query, head;
  RowCursor(int64_t group_, int64_t row) : group(group_), query(row / group_), head(row % group_) {}
  void Next() {
    if (++head == group) head = 0, ++query;
  }
};

R1_INLINE void CopyRow(int64_t head_dim, const float* from, float* to) {
  EachGroup(0, head_dim, [&](int64_t d, auto lanes) { Store(to + d, Load(from + d, lanes), lanes); });
}

// The hardware does not follow rows that are a long stride apart.
R1_INLINE void PrefetchRow(int64_t floats, const float* row) {
  for (int64_t i = 0; i < floats; i += 16) Prefetch(row + i);
}

// Asks for the rows of one query after the other, some between two tiles of earlier ones: all at once they would fill the queue of
// what is on its way, and the arithmetic would wait.
template <class Ask>
class QueriesAhead {
 public:
  static constexpr int64_t kAhead = kBlock + 8;  // so that a block's keys are near when its first query comes
  QueriesAhead(int64_t num_queries, Ask ask) : num_queries_(num_queries), ask_(ask) {}
  void Some(int64_t done, int64_t most) {
    if (next_ < done) next_ = done;
    for (; most > 0 && next_ < num_queries_ && next_ < done + kAhead; --most) ask_(next_++);
  }

 private:
  int64_t num_queries_, next_ = 0;
  Ask ask_;
};

// Keys [begin, end) of x as blocks [head_dim, 16], begin a multiple of sixteen; the lanes after the last key are zero.
R1_INLINE void TransposeRows(int64_t begin, int64_t end, int64_t head_dim, const float* x, int64_t stride, const int32_t* row_of,
                             float* blocks) {
  for (int64_t first = begin; first < end; first += kBlock) {
    float* block = blocks + first * head_dim;
    EachGroup(0, head_dim, [&](int64_t d, auto lanes) {
      V rows[16];
      R1_UNROLL for (int r = 0; r < 16; ++r) rows[r] = first + r < end ? Load(x + row_of[first + r] * stride + d, lanes) : Zero();
      Transpose(rows);
      R1_UNROLL for (int r = 0; r < 16; ++r) if (d + r < head_dim) Store(block + (d + r) * kBlock, rows[r]);
    });
  }
}

// The tree of Sum, or of Maximum, over each of sixteen V at once: lane i of the result is rows[i]'s.
template <class Combine>
R1_INLINE V ReduceEach(V (&rows)[16], Combine combine) {
  Transpose(rows);
  R1_UNROLL for (int i = 0; i < 8; ++i) rows[i] = combine(rows[i], rows[i + 8]);
  R1_UNROLL for (int i = 0; i < 4; ++i) rows[i] = combine(rows[i], rows[i + 4]);
  R1_UNROLL for (int i = 0; i < 2; ++i) rows[i] = combine(rows[i], rows[i + 2]);
  return combine(rows[0], rows[1]);
}

// Products of M rows of `rows` [M, head_dim] with the NV blocks of sixteen columns from `block` on.
template <int M, int NV>
R1_INLINE void DotBlocks(int64_t head_dim, const float* rows, const float* blocks, int64_t block, V (&acc)[M][NV]) {
  const float* first = blocks + block * kBlock * head_dim;
  Clear(acc);
  Chain<M, NV, Order::kRows>(
      head_dim, rows, head_dim, [&](int64_t d, int j) { return Load(first + (j * head_dim + d) * kBlock); }, acc);
}

// Calls step<NV>(block) for the blocks [block, end), kTileVectors of them at a time.
template <int NV = kTileVectors, class Step>
R1_INLINE void EachBlock(int64_t block, int64_t end, Step step) {
  for (; block + NV <= end; block += NV) step.template operator()<NV>(block);
  if constexpr (NV > 1) EachBlock<NV / 2>(block, end, step);
}

// Calls columns<NV>(d, lanes) for all of head_dim.
template <class Columns>
R1_INLINE void EachStrip(int64_t head_dim, Columns columns) {
  int64_t d = 0;
  for (; d + 16 * kTileVectors <= head_dim; d += 16 * kTileVectors) columns.template operator()<kTileVectors>(d, Whole{});
  for (; d + 16 <= head_dim; d += 16) columns.template operator()<1>(d, Whole{});
  if (d < head_dim) columns.template operator()<1>(d, Part{head_dim - d});
}

}  // namespace r1::R1_ISA
