// Attention over rows. Keys, values and the weights of one tile of rows stay in the first cache from the scores to the sums; the
// keys that all rows of a tile see are added without asking, its own few with one comparison a row.
#include "kernels/cpu/attention_rows.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"
#include "kernels/log.h"

namespace r1::R1_ISA {
namespace {

struct Workspace {
  int64_t width, stride;  // keys, rounded up to whole blocks; floats from one row of weights to the next
  float* keys_t;          // [width / 16, head_dim, 16]
  float* values;          // [width, head_dim]
  float* q;               // [kTileRows, head_dim]
  float* weights;         // [kTileRows, stride]

  Workspace(float* p, int64_t head_dim, int64_t context) : width(WholeBlocks(context)), stride(WeightStride(width)) {
    const auto take = [&](int64_t n) { return (p += n) - n; };
    keys_t = take(width * head_dim);
    values = take(width * head_dim);
    q = take(kTileRows * head_dim);
    weights = take(kTileRows * stride);
  }
};

struct Row {
  float *o, *lse;
  int64_t num_keys;
};

// Of the rows of a tile.
struct Sums {
  float max[kTileRows], sum[kTileRows], inverse[kTileRows], lse[kTileRows];
};

template <int M>
struct Scores {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t num_keys, float scale) {
    EachBlock(0, WholeBlocks(num_keys) / kBlock, [&]<int NV>(int64_t block) {
      V s[M][NV];
      DotBlocks(head_dim, w.q, w.keys_t, block, s);
      R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j)
          Store(w.weights + i * w.stride + (block + j) * kBlock, Mul(s[i][j], Set1(scale)));
    });
  }
};

// Scores of one row to exp(score - max), in place.
R1_INLINE void Exponentials(int64_t num_keys, float* weights, float* max, float* sum) {
  const V lowest = Set1(-__builtin_inff());
  V lane_max = lowest, lane_sum = Zero();
  EachGroup(0, num_keys, [&](int64_t j, auto lanes) { lane_max = Max(lane_max, Only(Load(weights + j, lanes), lanes, lowest)); });
  *max = Maximum(lane_max);
  EachGroup(0, num_keys, [&](int64_t j, auto lanes) {
    const V weight = Only(Exp(Sub(Load(weights + j, lanes), Set1(*max))), lanes, Zero());
    Store(weights + j, weight, lanes);
    lane_sum = Add(lane_sum, weight);
  });
  *sum = Sum(lane_sum);
}

void Softmax(const Workspace& w, int64_t m, const Row* rows, Sums& sums) {
  for (int64_t i = 0; i < m; ++i) Exponentials(rows[i].num_keys, w.weights + i * w.stride, &sums.max[i], &sums.sum[i]);
  for (int64_t i = m; i < kTileRows; ++i) sums.max[i] = sums.sum[i] = 1;
  for (int i = 0; i < kTileRows; ++i) {  // all, so that the compiler takes them side by side
    sums.inverse[i] = 1.0f / sums.sum[i];
    sums.lse[i] = sums.max[i] + Log(sums.sum[i]);
  }
}

template <int M, int NV, class Lanes>
R1_INLINE void ValueColumns(const Workspace& w, int64_t head_dim, int64_t d, const Row* rows, const float* inverse, Lanes lanes) {
  const auto value = [&](int64_t j, int v) { return Load(w.values + j * head_dim + d + 16 * v, lanes); };
  const int64_t common = rows[0].num_keys, most = rows[M - 1].num_keys;
  V acc[M][NV];
  Clear(acc);
  Chain<M, NV, Order::kRows>(common, w.weights, w.stride, value, acc);
  for (int64_t j = common; j < most; ++j) {
    V v[NV];
    R1_UNROLL for (int n = 0; n < NV; ++n) v[n] = value(j, n);
    R1_UNROLL for (int i = 0; i < M; ++i) if (j < rows[i].num_keys) R1_UNROLL for (int n = 0; n < NV; ++n) acc[i][n] =
        Fma(Set1(w.weights[i * w.stride + j]), v[n], acc[i][n]);
  }
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int n = 0; n < NV; ++n)
      Store(rows[i].o + d + 16 * n, Mul(acc[i][n], Set1(inverse[i])), lanes);
}

template <int M>
struct Values {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, const Row* rows, const float* inverse) {
    EachStrip(head_dim, [&]<int NV>(int64_t d, auto lanes) { ValueColumns<M, NV>(w, head_dim, d, rows, inverse, lanes); });
  }
};

void Attention(const QkvRows& in, float* scratch, float* o, int64_t o_stride, float* lse, int64_t lse_stride) {
  const int64_t head_dim = in.head_dim, context = in.first_position + in.num_queries, num_rows = in.num_queries * in.group;
  const Workspace w(scratch, head_dim, context);
  TransposeRows(context, head_dim, in.k, in.stride, in.key_rows, w.keys_t);
  for (int64_t j = 0; j < context; ++j) CopyRow(head_dim, in.v + in.key_rows[j] * in.stride, w.values + j * head_dim);
  RowCursor at(in.group, 0), later(in.group, kTileRows);
  for (int64_t first = 0; first < num_rows; first += kTileRows) {
    const int64_t m = num_rows - first < kTileRows ? num_rows - first : kTileRows;
    Row rows[kTileRows];
    for (int64_t i = 0; i < m; ++i, at.Next(), later.Next()) {
      CopyRow(head_dim, in.q + at.query * in.stride + at.head * head_dim, w.q + i * head_dim);
      if (later.query < in.num_queries) {
        PrefetchRow(head_dim, in.q + later.query * in.stride + later.head * head_dim);
        PrefetchRow(head_dim, o + later.query * o_stride + later.head * head_dim);
      }
      rows[i] = {o + at.query * o_stride + at.head * head_dim, lse + at.query * lse_stride + at.head,
                 in.first_position + at.query + 1};
    }
    WithRows<Scores>(m, w, head_dim, rows[m - 1].num_keys, in.scale);
    Sums sums;
    Softmax(w, m, rows, sums);
    for (int64_t i = 0; i < m; ++i) *rows[i].lse = sums.lse[i];
    const float* inverse = sums.inverse;
    WithRows<Values>(m, w, head_dim, rows, inverse);
  }
}

}  // namespace

const KernelTable kRowsTable = {.attention_rows = Attention};

}  // namespace r1::R1_ISA
