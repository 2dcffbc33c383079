// The gradient of attention over rows. What all rows share is first brought into the forms the tiles want: keys and values
// transposed into blocks of sixteen (for the chains over head_dim), the keys as rows (for dq), and the sums dk and dv as rows that
// are read once and written back once.
#include "kernels/cpu/attention_rows.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

// Rows between two updates of dk and dv in memory: more rows, fewer passes over them.
constexpr int64_t kRows = 24 / kTileRows * kTileRows;

// The scratch memory of one call.
struct Workspace {
  int64_t width, stride;      // keys, rounded up to whole blocks; floats from one row of weights to the next
  float *keys_t, *values_t;   // [width / 16, head_dim, 16]
  float *keys, *dk, *dv;      // [width, head_dim]
  float *q, *d_o;             // [kRows, head_dim]
  float *weights, *d_scores;  // [kRows, stride]

  static int64_t Size(int64_t head_dim, int64_t width) {
    return 5 * width * head_dim + 2 * kRows * (head_dim + WeightStride(width));
  }
  Workspace(float* p, int64_t head_dim, int64_t context) : width(WholeBlocks(context)), stride(WeightStride(width)) {
    const auto take = [&](int64_t n) { return (p += n) - n; };
    keys_t = take(width * head_dim);
    values_t = take(width * head_dim);
    keys = take(width * head_dim);
    dk = take(width * head_dim);
    dv = take(width * head_dim);
    q = take(kRows * head_dim);
    d_o = take(kRows * head_dim);
    weights = take(kRows * stride);
    d_scores = take(kRows * stride);
  }
};

struct Row {
  float* dq;
  int64_t num_keys;
  float lse, delta;
};

// weights = exp(s - lse) and d_scores = weights (d_o . v - delta) scale, for M rows from `row` on.
template <int M>
struct Scores {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t row, const Row* rows, float scale) {
    EachBlock(0, WholeBlocks(rows[row + M - 1].num_keys) / kBlock, [&]<int NV>(int64_t block) {
      V acc[M][NV];
      const auto at = [&](int i, int j) { return (row + i) * w.stride + (block + j) * kBlock; };
      DotBlocks(head_dim, w.q + row * head_dim, w.keys_t, block, acc);
      EachExps<M * NV>([&]<int kFirst, int N>() {
        V weights[N];
        R1_UNROLL for (int n = 0; n < N; ++n) {
          const int i = (kFirst + n) / NV, j = (kFirst + n) % NV;
          weights[n] = Sub(Mul(acc[i][j], Set1(scale)), Set1(rows[row + i].lse));
        }
        Exp(weights);
        R1_UNROLL for (int n = 0; n < N; ++n) Store(w.weights + at((kFirst + n) / NV, (kFirst + n) % NV), weights[n]);
      });
      DotBlocks(head_dim, w.d_o + row * head_dim, w.values_t, block, acc);
      R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) Store(
          w.d_scores + at(i, j), Mul(Mul(Load(w.weights + at(i, j)), Sub(acc[i][j], Set1(rows[row + i].delta))), Set1(scale)));
    });
  }
};

// dq of M rows: a chain over exactly the keys that each row sees.
template <int M, int NV, class Lanes>
R1_INLINE void QueryColumns(const Workspace& w, int64_t head_dim, int64_t d, const float* d_scores, const Row* rows, Lanes lanes) {
  const auto key = [&](int64_t j, int v) { return Load(w.keys + j * head_dim + d + 16 * v, lanes); };
  const int64_t common = rows[0].num_keys, most = rows[M - 1].num_keys;
  V acc[M][NV];
  Clear(acc);
  Chain<M, NV, Order::kRows>(common, d_scores, w.stride, key, acc);
  for (int64_t j = common; j < most; ++j) {
    V k[NV];
    R1_UNROLL for (int n = 0; n < NV; ++n) k[n] = key(j, n);
    R1_UNROLL for (int i = 0; i < M; ++i) if (j < rows[i].num_keys) R1_UNROLL for (int n = 0; n < NV; ++n) acc[i][n] =
        Fma(Set1(d_scores[i * w.stride + j]), k[n], acc[i][n]);
  }
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int n = 0; n < NV; ++n) Store(rows[i].dq + d + 16 * n, acc[i][n], lanes);
}

template <int M>
struct QueryGradients {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t row, const Row* rows) {
    EachStrip(head_dim, [&]<int NV>(int64_t d, auto lanes) {
      QueryColumns<M, NV>(w, head_dim, d, w.d_scores + row * w.stride, rows + row, lanes);
    });
  }
};

// sums[key, :] continues its chain over the rows that see the key, fma(a[row, key], b[row, :], sums), for M keys from `key` on.
template <int M, int NV, class Lanes>
R1_INLINE void KeyColumns(const Workspace& w, int64_t head_dim, int64_t d, int64_t key, const Row* rows, int64_t num_rows,
                          const float* a, const float* b, float* sums, Lanes lanes) {
  float* out = sums + key * head_dim + d;
  const auto row_of_b = [&](int64_t r, int v) { return Load(b + r * head_dim + d + 16 * v, lanes); };
  V acc[M][NV];
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = Load(out + i * head_dim + 16 * j, lanes);
  int64_t first = 0;  // that sees all M keys
  for (; first < num_rows && rows[first].num_keys < key + M; ++first) {
    const int64_t seen = rows[first].num_keys - key;
    if (seen <= 0) continue;
    V row[NV];
    R1_UNROLL for (int n = 0; n < NV; ++n) row[n] = row_of_b(first, n);
    R1_UNROLL for (int i = 0; i < M; ++i) if (i < seen) R1_UNROLL for (int n = 0; n < NV; ++n) acc[i][n] =
        Fma(Set1(a[first * w.stride + key + i]), row[n], acc[i][n]);
  }
  Chain<M, NV, Order::kColumns>(
      num_rows - first, a + first * w.stride + key, w.stride, [&](int64_t r, int v) { return row_of_b(first + r, v); }, acc);
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) Store(out + i * head_dim + 16 * j, acc[i][j], lanes);
}

template <int M>
struct KeyGradients {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t key, const Row* rows, int64_t num_rows) {
    EachStrip(head_dim, [&]<int NV>(int64_t d, auto lanes) {
      KeyColumns<M, NV>(w, head_dim, d, key, rows, num_rows, w.d_scores, w.q, w.dk, lanes);
      KeyColumns<M, NV>(w, head_dim, d, key, rows, num_rows, w.weights, w.d_o, w.dv, lanes);
    });
  }
};

float Dot(int64_t n, const float* a, const float* b) {
  V sum = Zero();
  EachGroup(0, n, [&](int64_t i, auto lanes) { sum = Fma(Load(a + i, lanes), Load(b + i, lanes), sum); });
  return Sum(sum);
}

void ClearFrom(int64_t begin, int64_t end, float* x) {
  EachGroup(begin, end, [&](int64_t i, auto lanes) { Store(x + i, Zero(), lanes); });
}

int64_t Scratch(int64_t head_dim, int64_t context) { return Workspace::Size(head_dim, WholeBlocks(context)); }

void Backward(const QkvRows& in, float* scratch, const float* o, const float* d_o, int64_t o_stride, const float* lse,
              int64_t lse_stride, float* dq, float* dk, float* dv) {
  const int64_t head_dim = in.head_dim, context = in.first_position + in.num_queries, num_rows = in.num_queries * in.group;
  const Workspace w(scratch, head_dim, context);
  for (int64_t j = 0; j < in.first_position; ++j) {
    CopyRow(head_dim, dk + in.key_rows[j] * in.stride, w.dk + j * head_dim);
    CopyRow(head_dim, dv + in.key_rows[j] * in.stride, w.dv + j * head_dim);
  }
  ClearFrom(in.first_position * head_dim, context * head_dim, w.dk);
  ClearFrom(in.first_position * head_dim, context * head_dim, w.dv);
  QueriesAhead ahead(in.num_queries, [&](int64_t query) {
    const int64_t key = in.key_rows[in.first_position + query] * in.stride, width = in.group * head_dim;
    PrefetchRow(width, in.q + query * in.stride);
    PrefetchRow(head_dim, in.k + key);
    PrefetchRow(head_dim, in.v + key);
    PrefetchRow(width, o + query * o_stride);
    PrefetchRow(width, d_o + query * o_stride);
    PrefetchRow(width, dq + query * in.stride);
    PrefetchRow(head_dim, dk + key);
    PrefetchRow(head_dim, dv + key);
  });

  int64_t num_keys = 0;  // in the workspace: brought there block by block, as queries begin to see them
  RowCursor at(in.group, 0);
  for (int64_t first = 0; first < num_rows; first += kRows) {
    const int64_t m = num_rows - first < kRows ? num_rows - first : kRows;
    Row rows[kRows];
    for (int64_t i = 0; i < m; ++i, at.Next()) {
      const int64_t q_at = at.query * in.stride + at.head * head_dim, o_at = at.query * o_stride + at.head * head_dim;
      CopyRow(head_dim, in.q + q_at, w.q + i * head_dim);
      CopyRow(head_dim, d_o + o_at, w.d_o + i * head_dim);
      rows[i] = {dq + q_at, in.first_position + at.query + 1, lse[at.query * lse_stride + at.head],
                 Dot(head_dim, d_o + o_at, o + o_at)};
    }
    const int64_t done = at.query + (at.head > 0);  // queries whose rows are here
    const int64_t most_keys = rows[m - 1].num_keys, needed = WholeBlocks(most_keys) < context ? WholeBlocks(most_keys) : context;
    TransposeRows(num_keys, needed, head_dim, in.k, in.stride, in.key_rows, w.keys_t);
    TransposeRows(num_keys, needed, head_dim, in.v, in.stride, in.key_rows, w.values_t);
    for (; num_keys < needed; ++num_keys) CopyRow(head_dim, in.k + in.key_rows[num_keys] * in.stride, w.keys + num_keys * head_dim);
    for (int64_t row = 0; row < m; row += kTileRows) {
      ahead.Some(done, 2);
      WithRows<Scores>(m - row, w, head_dim, row, rows, in.scale);
      ahead.Some(done, 2);
      WithRows<QueryGradients>(m - row, w, head_dim, row, rows);
    }
    for (int64_t key = 0; key < most_keys; key += kTileRows) {
      ahead.Some(done, 2);
      WithRows<KeyGradients>(most_keys - key, w, head_dim, key, rows, m);
    }
  }

  for (int64_t j = 0; j < context; ++j) {
    CopyRow(head_dim, w.dk + j * head_dim, dk + in.key_rows[j] * in.stride);
    CopyRow(head_dim, w.dv + j * head_dim, dv + in.key_rows[j] * in.stride);
  }
}

}  // namespace

const KernelTable kRowsBackwardTable = {
    .attention_rows_scratch = Scratch,
    .attention_rows_backward = Backward,
};

}  // namespace r1::R1_ISA
