// The gradient of attention over rows. What all rows share is first brought into the forms the tiles want: keys and values
// transposed into blocks of sixteen (for the chains over head_dim), the keys as rows (for dq), and the sums dk and dv as rows that
// are read once and written back once.
#include "kernels/cpu/attention_rows.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

// Rows between two updates of dk and dv in memory. Where keys, values and their sums no longer stay in a core's own cache, every
// pass over them comes from further away: then more rows share it, and meet a range of keys at a time, which does stay.
constexpr int64_t kFewRows = 24 / kTileRows * kTileRows, kManyRows = 96 / kTileRows * kTileRows;
constexpr int64_t kNearFloats = 256 << 10;  // 1 MB
constexpr int64_t kKeys = 240;              // of a range: whole tiles of rows and whole blocks
static_assert(kKeys % kTileRows == 0 && kKeys % kBlock == 0);

// The shape of a call's work.
struct Cut {
  int64_t width, rows, keys;
  Cut(int64_t head_dim, int64_t context) : width(WholeBlocks(context)) {
    const bool near = 5 * width * head_dim <= kNearFloats;
    rows = near ? kFewRows : kManyRows;
    keys = near || width < kKeys ? width : kKeys;
  }
};

// What the tiles work on: keys and some rows, whose weights begin with that of first_weight. Keys are counted from the first that
// the call is about.
struct Workspace {
  float *keys_t, *values_t, *keys;  // transposed, [blocks of 16, head_dim, 16], and as rows
  float *dk, *dv;                   // [keys, head_dim]
  float *q, *d_o;                   // [rows, head_dim]
  float *weights, *d_scores;        // [rows, width]; what lies past a row's own keys is nobody's
  int64_t width, first_weight;
};

struct KeyRange {
  int64_t begin, end;
};

// In the scratch memory of one call; attention_rows takes less. A shorter context may be near where the longest is not.
int64_t WorkspaceFloats(int64_t head_dim, int64_t context) {
  const int64_t most_near = kNearFloats / (5 * head_dim) / kBlock * kBlock;
  const Cut longest(head_dim, context), nearest(head_dim, context < most_near ? context : most_near);
  const auto rows = [&](const Cut& cut) { return 2 * cut.rows * (head_dim + WeightStride(cut.keys)); };
  return 5 * longest.width * head_dim + (rows(nearest) > rows(longest) ? rows(nearest) : rows(longest));
}
Workspace WorkspaceIn(float* p, int64_t head_dim, const Cut& cut) {
  const int64_t width = cut.width, rows = cut.rows, stride = WeightStride(cut.keys);
  const auto take = [&](int64_t n) { return (p += n) - n; };
  Workspace w = {};
  w.keys_t = take(width * head_dim);
  w.values_t = take(width * head_dim);
  w.keys = take(width * head_dim);
  w.dk = take(width * head_dim);
  w.dv = take(width * head_dim);
  w.q = take(rows * head_dim);
  w.d_o = take(rows * head_dim);
  w.weights = take(rows * stride);
  w.d_scores = take(rows * stride);
  w.width = stride;
  return w;
}

struct Row {
  int64_t num_keys;
  float* dq;
  float lse, delta;
};

// weights = exp(s - lse) and d_scores = weights (d_o . v - delta) scale, for M rows from `row` on and those of the keys that they
// see; range.begin is a multiple of sixteen.
template <int M>
struct Scores {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t row, const Row* rows, KeyRange range,
                                    float scale) {
    const int64_t end = rows[row + M - 1].num_keys < range.end ? rows[row + M - 1].num_keys : range.end;
    EachBlock(range.begin / kBlock, WholeBlocks(end) / kBlock, [&]<int NV>(int64_t block) {
      V acc[M][NV];
      const auto at = [&](int i, int j) { return (row + i) * w.width + (block + j) * kBlock - w.first_weight; };
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

// dq of M rows: a chain over exactly the keys that each row sees, from the first range to the last. d_scores: from that of
// range.begin on.
template <int M, int NV, class Lanes>
R1_INLINE void QueryColumns(const Workspace& w, int64_t head_dim, int64_t d, const float* d_scores, const Row* rows, KeyRange range,
                            Lanes lanes) {
  const auto key = [&](int64_t j, int v) { return Load(w.keys + (range.begin + j) * head_dim + d + 16 * v, lanes); };
  const auto seen = [&](int i) { return (rows[i].num_keys < range.end ? rows[i].num_keys : range.end) - range.begin; };
  V acc[M][NV];
  if (range.begin == 0)
    Clear(acc);
  else
    R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int n = 0; n < NV; ++n) acc[i][n] = Load(rows[i].dq + d + 16 * n, lanes);
  const int64_t common = seen(0) > 0 ? seen(0) : 0;
  Chain<M, NV, Order::kRows>(common, d_scores, w.width, key, acc);
  for (int64_t j = common; j < seen(M - 1); ++j) {
    V k[NV];
    R1_UNROLL for (int n = 0; n < NV; ++n) k[n] = key(j, n);
    R1_UNROLL for (int i = 0; i < M; ++i) if (range.begin + j < rows[i].num_keys) R1_UNROLL for (int n = 0; n < NV; ++n) acc[i][n] =
        Fma(Set1(d_scores[i * w.width + j]), k[n], acc[i][n]);
  }
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int n = 0; n < NV; ++n) Store(rows[i].dq + d + 16 * n, acc[i][n], lanes);
}

template <int M>
struct QueryGradients {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t row, const Row* rows, KeyRange range) {
    const float* d_scores = w.d_scores + row * w.width + range.begin - w.first_weight;
    EachStrip(head_dim,
              [&]<int NV>(int64_t d, auto lanes) { QueryColumns<M, NV>(w, head_dim, d, d_scores, rows + row, range, lanes); });
  }
};

// sums[key, :] continues its chain over the rows that see the key, fma(a[row, 0], b[row, :], sums), for M keys from `key` on, which
// is where a begins.
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
        Fma(Set1(a[first * w.width + i]), row[n], acc[i][n]);
  }
  Chain<M, NV, Order::kColumns>(
      num_rows - first, a + first * w.width, w.width, [&](int64_t r, int v) { return row_of_b(first + r, v); }, acc);
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) Store(out + i * head_dim + 16 * j, acc[i][j], lanes);
}

template <int M>
struct KeyGradients {
  [[gnu::noinline]] static void Run(const Workspace& w, int64_t head_dim, int64_t key, const Row* rows, int64_t num_rows) {
    const float *d_scores = w.d_scores + key - w.first_weight, *weights = w.weights + key - w.first_weight;
    EachStrip(head_dim, [&]<int NV>(int64_t d, auto lanes) {
      KeyColumns<M, NV>(w, head_dim, d, key, rows, num_rows, d_scores, w.q, w.dk, lanes);
      KeyColumns<M, NV>(w, head_dim, d, key, rows, num_rows, weights, w.d_o, w.dv, lanes);
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

// Brings q and d_o of the m rows from `at` on together.
void BringRows(const QkvRows& in, const RowsGradient& g, int64_t m, RowCursor& at, const Workspace& w, Row* rows) {
  const int64_t head_dim = in.head_dim;
  for (int64_t i = 0; i < m; ++i, at.Next()) {
    const int64_t q_at = at.query * in.stride + at.head * head_dim, o_at = at.query * g.o_stride + at.head * head_dim;
    CopyRow(head_dim, in.q + q_at, w.q + i * head_dim);
    CopyRow(head_dim, g.d_o + o_at, w.d_o + i * head_dim);
    rows[i] = {in.first_position + at.query + 1, g.dq == nullptr ? nullptr : g.dq + q_at, g.lse[at.query * g.lse_stride + at.head],
               Dot(head_dim, g.d_o + o_at, g.o + o_at)};
  }
}

void BringKeys(const QkvRows& in, int64_t begin, int64_t end, const Workspace& w) {
  TransposeRows(begin, end, in.head_dim, in.k, in.stride, in.key_rows, w.keys_t);
  TransposeRows(begin, end, in.head_dim, in.v, in.stride, in.key_rows, w.values_t);
  for (int64_t j = begin; j < end; ++j) CopyRow(in.head_dim, in.k + in.key_rows[j] * in.stride, w.keys + j * in.head_dim);
}

// Those of keys before the sequence's own go on.
void BringSums(const QkvRows& in, const RowsGradient& g, int64_t num_keys, const Workspace& w) {
  const int64_t head_dim = in.head_dim;
  int64_t j = 0;
  for (; j < num_keys && j < in.first_position; ++j) {
    CopyRow(head_dim, g.dk + in.key_rows[j] * in.stride, w.dk + j * head_dim);
    CopyRow(head_dim, g.dv + in.key_rows[j] * in.stride, w.dv + j * head_dim);
  }
  ClearFrom(j * head_dim, num_keys * head_dim, w.dk);
  ClearFrom(j * head_dim, num_keys * head_dim, w.dv);
}

void KeepSums(const QkvRows& in, const RowsGradient& g, int64_t num_keys, const Workspace& w) {
  for (int64_t j = 0; j < num_keys; ++j) {
    CopyRow(in.head_dim, w.dk + j * in.head_dim, g.dk + in.key_rows[j] * in.stride);
    CopyRow(in.head_dim, w.dv + j * in.head_dim, g.dv + in.key_rows[j] * in.stride);
  }
}

void Backward(const QkvRows& call, float* scratch, const RowsGradient& g) {
  QkvRows in = call;  // whose key 0 is the first that the call is about: queries before it have a position below zero
  in.key_rows += g.begin;
  in.first_position -= g.begin;
  const int64_t head_dim = in.head_dim, num_rows = in.num_queries * in.group, context = in.first_position + in.num_queries;
  const int64_t num_keys = g.end - g.begin < context ? g.end - g.begin : context;
  const int64_t first_query = in.first_position < 0 ? -in.first_position : 0;
  const Cut cut(head_dim, num_keys);
  Workspace w = WorkspaceIn(scratch, head_dim, cut);
  const bool of_queries = g.dq != nullptr, of_keys = g.dk != nullptr;
  if (of_keys) BringSums(in, g, num_keys, w);
  QueriesAhead ahead(in.num_queries, [&](int64_t query) {
    const int64_t width = in.group * head_dim, own = in.first_position + query;
    PrefetchRow(width, in.q + query * in.stride);
    PrefetchRow(width, g.o + query * g.o_stride);
    PrefetchRow(width, g.d_o + query * g.o_stride);
    if (of_queries) PrefetchRow(width, g.dq + query * in.stride);
    if (own < 0 || own >= num_keys) return;
    const int64_t key = in.key_rows[own] * in.stride;
    PrefetchRow(head_dim, in.k + key);
    PrefetchRow(head_dim, in.v + key);
    if (!of_keys) return;
    PrefetchRow(head_dim, g.dk + key);
    PrefetchRow(head_dim, g.dv + key);
  });

  int64_t keys_here = 0;  // in the workspace: brought there block by block, as queries begin to see them
  RowCursor at(in.group, first_query * in.group);
  for (int64_t first = first_query * in.group; first < num_rows; first += cut.rows) {
    const int64_t m = num_rows - first < cut.rows ? num_rows - first : cut.rows;
    Row rows[kManyRows];
    BringRows(in, g, m, at, w, rows);
    const int64_t done = at.query + (at.head > 0);  // queries whose rows are here
    const int64_t seen = rows[m - 1].num_keys < num_keys ? rows[m - 1].num_keys : num_keys;
    const int64_t needed = WholeBlocks(seen) < num_keys ? WholeBlocks(seen) : num_keys;
    BringKeys(in, keys_here, needed, w);
    keys_here = needed;
    for (int64_t begin = 0; begin < seen; begin += cut.keys) {
      const KeyRange range = {begin, begin + cut.keys < seen ? begin + cut.keys : seen};
      w.first_weight = begin;
      for (int64_t row = 0; row < m; row += kTileRows) {
        ahead.Some(done, 2);
        WithRows<Scores>(m - row, w, head_dim, row, rows, range, in.scale);
        ahead.Some(done, 2);
        if (of_queries) WithRows<QueryGradients>(m - row, w, head_dim, row, rows, range);
      }
      for (int64_t key = range.begin; of_keys && key < range.end; key += kTileRows) {
        ahead.Some(done, 2);
        WithRows<KeyGradients>(range.end - key, w, head_dim, key, rows, m);
      }
    }
  }

  if (of_keys) KeepSums(in, g, num_keys, w);
}

}  // namespace

const KernelTable kRowsBackwardTable = {
    .attention_rows_scratch = WorkspaceFloats,
    .attention_rows_backward = Backward,
};

}  // namespace r1::R1_ISA
