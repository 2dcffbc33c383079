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

// Of the rows of a tile, one lane each.
struct Sums {
  float max[16], sum[16], inverse[16], lse[16];
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

// Scores to exp(score - max), in place. The rows go side by side, so that none waits for another's reductions; the blocks that
// not all of them see whole are at most the last few.
template <int M>
struct Softmax {
  [[gnu::noinline]] static void Run(const Workspace& w, const Row* rows, Sums* out) {
    Sums& sums = *out;
    const int64_t whole = rows[0].num_keys / kBlock, blocks = WholeBlocks(rows[M - 1].num_keys) / kBlock;
    const auto scores = [&](int i, int64_t block) { return w.weights + i * w.stride + block * kBlock; };
    const auto each_block = [&](auto body) {  // only(i, v, other): `other` for the keys that row i does not see
      for (int64_t block = 0; block < whole; ++block) body(block, [](int, V v, V) { return v; });
      for (int64_t block = whole; block < blocks; ++block)
        body(block, [&](int i, V v, V other) {
          const int64_t seen = rows[i].num_keys - block * kBlock;
          return First(v, seen < 0 ? 0 : seen > kBlock ? kBlock : seen, other);
        });
    };
    V lanes[16];
    const V lowest = Set1(-__builtin_inff());
    R1_UNROLL for (int i = 0; i < 16; ++i) lanes[i] = lowest;
    each_block([&](int64_t block, auto only) {
      R1_UNROLL for (int i = 0; i < M; ++i) lanes[i] = Max(lanes[i], only(i, Load(scores(i, block)), lowest));
    });
    Store(sums.max, ReduceEach(lanes, [](V a, V b) { return Max(a, b); }));
    R1_UNROLL for (int i = 0; i < 16; ++i) lanes[i] = Zero();
    each_block([&](int64_t block, auto only) {
      EachExps<M>([&]<int kFirst, int N>() {
        V weights[N];
        R1_UNROLL for (int j = 0; j < N; ++j) weights[j] = Sub(Load(scores(kFirst + j, block)), Set1(sums.max[kFirst + j]));
        Exp(weights);
        R1_UNROLL for (int j = 0; j < N; ++j) {
          const int i = kFirst + j;
          const V weight = only(i, weights[j], Zero());
          Store(scores(i, block), weight);
          lanes[i] = Add(lanes[i], weight);
        }
      });
    });
    const V sum = ReduceEach(lanes, [](V a, V b) { return Add(a, b); });
    Store(sums.sum, sum);
    Store(sums.inverse, Div(Set1(1.0f), sum));
    for (int i = 0; i < 16; ++i) sums.lse[i] = sums.max[i] + Log(sums.sum[i]);  // all, so that the compiler takes them side by side
  }
};

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
  QueriesAhead ahead(in.num_queries, [&](int64_t query) {
    const int64_t key = in.key_rows[in.first_position + query] * in.stride;
    PrefetchRow(in.group * head_dim, in.q + query * in.stride);
    PrefetchRow(head_dim, in.k + key);
    PrefetchRow(head_dim, in.v + key);
    PrefetchRow(in.group * head_dim, o + query * o_stride);
  });
  int64_t num_keys = 0;  // in the workspace: brought there block by block, as queries begin to see them
  RowCursor at(in.group, 0);
  for (int64_t first = 0; first < num_rows; first += kTileRows) {
    const int64_t m = num_rows - first < kTileRows ? num_rows - first : kTileRows;
    Row rows[kTileRows];
    for (int64_t i = 0; i < m; ++i, at.Next()) {
      CopyRow(head_dim, in.q + at.query * in.stride + at.head * head_dim, w.q + i * head_dim);
      rows[i] = {o + at.query * o_stride + at.head * head_dim, lse + at.query * lse_stride + at.head,
                 in.first_position + at.query + 1};
    }
    const int64_t done = at.query + (at.head > 0);  // queries whose rows are here
    const int64_t needed = WholeBlocks(rows[m - 1].num_keys) < context ? WholeBlocks(rows[m - 1].num_keys) : context;
    TransposeRows(num_keys, needed, head_dim, in.k, in.stride, in.key_rows, w.keys_t);
    for (; num_keys < needed; ++num_keys)
      CopyRow(head_dim, in.v + in.key_rows[num_keys] * in.stride, w.values + num_keys * head_dim);
    ahead.Some(done, 3);
    WithRows<Scores>(m, w, head_dim, rows[m - 1].num_keys, in.scale);
    ahead.Some(done, 3);
    Sums sums;
    WithRows<Softmax>(m, w, static_cast<const Row*>(rows), &sums);
    ahead.Some(done, 3);
    for (int64_t i = 0; i < m; ++i) *rows[i].lse = sums.lse[i];
    const float* inverse = sums.inverse;
    WithRows<Values>(m, w, head_dim, rows, inverse);
  }
}

}  // namespace

const KernelTable kRowsTable = {.attention_rows = Attention};

}  // namespace r1::R1_ISA
