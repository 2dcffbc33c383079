// The gradient of attention, kTileRows rows (a row is one head of one query) at a time. What all rows share is first brought into
// the forms the tiles want: keys and values transposed into blocks of sixteen (for the chains over head_dim), the keys as rows (for
// dq), and the sums dk and dv as rows that are read once and written back once.
#include "kernels/cpu/groups.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"
#include "kernels/cpu/tile.h"

namespace r1::R1_ISA {
namespace {

constexpr int64_t kBlock = kKvBlockSize;
// Rows between two updates of dk and dv in memory: more rows, fewer passes over them.
constexpr int64_t kRows = 24 / kTileRows * kTileRows;

int64_t Width(int64_t context) { return (context + kBlock - 1) / kBlock * kBlock; }

// The scratch memory of one call.
struct Workspace {
  int64_t width;              // keys, rounded up to whole blocks
  float *keys_t, *values_t;   // [width / 16, head_dim, 16]
  float *keys, *dk, *dv;      // [width, head_dim]
  float *q, *d_o;             // [kRows, head_dim]
  float *weights, *d_scores;  // [kRows, width]
  static int64_t Size(int64_t head_dim, int64_t width) { return 5 * width * head_dim + 2 * kRows * (head_dim + width); }
  Workspace(float* p, int64_t head_dim, int64_t width_) : width(width_) {
    const auto take = [&](int64_t n) { return (p += n) - n; };
    keys_t = take(width * head_dim);
    values_t = take(width * head_dim);
    keys = take(width * head_dim);
    dk = take(width * head_dim);
    dv = take(width * head_dim);
    q = take(kRows * head_dim);
    d_o = take(kRows * head_dim);
    weights = take(kRows * width);
    d_scores = take(kRows * width);
  }
};

void CopyRow(int64_t head_dim, const float* from, float* to) {
  EachGroup(0, head_dim, [&](int64_t d, auto lanes) { Store(to + d, Load(from + d, lanes), lanes); });
}

// Rows row_of(0 .. count-1) as blocks [head_dim, 16]; the lanes after the last row are zero.
void TransposeRows(int64_t count, int64_t head_dim, const float* x, int64_t stride, const int32_t* row_of, float* blocks) {
  for (int64_t first = 0; first < count; first += kBlock, blocks += kBlock * head_dim)
    EachGroup(0, head_dim, [&](int64_t d, auto lanes) {
      V rows[16];
      R1_UNROLL for (int r = 0; r < 16; ++r) rows[r] = first + r < count ? Load(x + row_of[first + r] * stride + d, lanes) : Zero();
      Transpose(rows);
      R1_UNROLL for (int r = 0; r < 16; ++r) if (d + r < head_dim) Store(blocks + (d + r) * kBlock, rows[r]);
    });
}

struct Row {
  float* dq;
  int64_t num_keys;
  float lse, delta;
};

// weights = exp(s - lse) and d_scores = weights (d_o . v - delta) scale, for M rows and the keys of `block`.
template <int M>
R1_INLINE void ScoreBlock(const Workspace& w, int64_t block, int64_t head_dim, int64_t row, const Row* rows, float scale) {
  const float* keys = w.keys_t + block * kBlock * head_dim;
  const float* values = w.values_t + block * kBlock * head_dim;
  V s[M][1], dp[M][1];
  Clear(s);
  Clear(dp);
  Chain<M, 1, Order::kRows>(
      head_dim, w.q + row * head_dim, head_dim, [&](int64_t d, int) { return Load(keys + d * kBlock); }, s);
  Chain<M, 1, Order::kRows>(
      head_dim, w.d_o + row * head_dim, head_dim, [&](int64_t d, int) { return Load(values + d * kBlock); }, dp);
  R1_UNROLL for (int i = 0; i < M; ++i) {
    const V weight = Exp(Sub(Mul(s[i][0], Set1(scale)), Set1(rows[row + i].lse)));
    const V d_score = Mul(Mul(weight, Sub(dp[i][0], Set1(rows[row + i].delta))), Set1(scale));
    Store(w.weights + (row + i) * w.width + block * kBlock, weight);
    Store(w.d_scores + (row + i) * w.width + block * kBlock, d_score);
  }
}

template <int M>
struct Scores {
  static void Run(const Workspace& w, int64_t head_dim, int64_t row, const Row* rows, float scale) {
    const int64_t num_blocks = Width(rows[row + M - 1].num_keys) / kBlock;
    for (int64_t block = 0; block < num_blocks; ++block) ScoreBlock<M>(w, block, head_dim, row, rows, scale);
  }
};

// dq of M rows: a chain over exactly the keys that each row sees.
template <int M, int NV, class Lanes>
R1_INLINE void QueryColumns(const Workspace& w, int64_t head_dim, int64_t d, int64_t row, const Row* rows, Lanes lanes) {
  const float* d_scores = w.d_scores + row * w.width;
  const int64_t common = rows[row].num_keys;
  const auto key = [&](int64_t j, int v) { return Load(w.keys + j * head_dim + d + 16 * v, lanes); };
  V acc[M][NV];
  Clear(acc);
  Chain<M, NV, Order::kRows>(common, d_scores, w.width, key, acc);
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j)
      Store(rows[row + i].dq + d + 16 * j, acc[i][j], lanes);
  if (rows[row + M - 1].num_keys == common) return;
  for (int i = 0; i < M; ++i) {
    V own[1][NV];
    R1_UNROLL for (int j = 0; j < NV; ++j) own[0][j] = Load(rows[row + i].dq + d + 16 * j, lanes);
    Chain<1, NV, Order::kRows>(
        rows[row + i].num_keys - common, d_scores + i * w.width + common, w.width,
        [&](int64_t j, int v) { return key(common + j, v); }, own);
    R1_UNROLL for (int j = 0; j < NV; ++j) Store(rows[row + i].dq + d + 16 * j, own[0][j], lanes);
  }
}

// sums[key, :] continues its chain over the tile's rows from `begin` on: fma(a[row, key], b[row, :], sums), for M keys.
template <int M, int NV, class Lanes>
R1_INLINE void KeyColumns(const Workspace& w, int64_t head_dim, int64_t d, int64_t key, int64_t begin, int64_t end, const float* a,
                          const float* b, float* sums, Lanes lanes) {
  float* out = sums + key * head_dim + d;
  V acc[M][NV];
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = Load(out + i * head_dim + 16 * j, lanes);
  Chain<M, NV, Order::kColumns>(
      end - begin, a + begin * w.width + key, w.width,
      [&](int64_t r, int v) { return Load(b + (begin + r) * head_dim + d + 16 * v, lanes); }, acc);
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) Store(out + i * head_dim + 16 * j, acc[i][j], lanes);
}

// Calls columns<NV>(d, lanes) for all of head_dim.
template <class Columns>
R1_INLINE void EachStrip(int64_t head_dim, Columns columns) {
  int64_t d = 0;
  for (; d + 16 * kTileVectors <= head_dim; d += 16 * kTileVectors) columns.template operator()<kTileVectors>(d, Whole{});
  for (; d + 16 <= head_dim; d += 16) columns.template operator()<1>(d, Whole{});
  if (d < head_dim) columns.template operator()<1>(d, Part{head_dim - d});
}

template <int M>
struct QueryGradients {
  static void Run(const Workspace& w, int64_t head_dim, int64_t row, const Row* rows) {
    EachStrip(head_dim, [&]<int NV>(int64_t d, auto lanes) { QueryColumns<M, NV>(w, head_dim, d, row, rows, lanes); });
  }
};

template <int M>
struct KeyGradients {
  static void Run(const Workspace& w, int64_t head_dim, int64_t key, int64_t begin, int64_t end) {
    EachStrip(head_dim, [&]<int NV>(int64_t d, auto lanes) {
      KeyColumns<M, NV>(w, head_dim, d, key, begin, end, w.d_scores, w.q, w.dk, lanes);
      KeyColumns<M, NV>(w, head_dim, d, key, begin, end, w.weights, w.d_o, w.dv, lanes);
    });
  }
};

float Dot(int64_t n, const float* a, const float* b) {
  V sum = Zero();
  EachGroup(0, n, [&](int64_t i, auto lanes) { sum = Fma(Load(a + i, lanes), Load(b + i, lanes), sum); });
  return Sum(sum);
}

int64_t AttentionBackwardScratch(int64_t, int64_t, int64_t head_dim, int64_t context) {
  return Workspace::Size(head_dim, Width(context));
}

void AttentionBackward(int64_t num_queries, int64_t group, int64_t head_dim, const float* q, int64_t q_stride, const float* o,
                       const float* d_o, int64_t o_stride, const float* lse, int64_t lse_stride, const float* k, const float* v,
                       int64_t kv_stride, const int32_t* key_rows, int64_t first_position, float scale, float* scratch, float* dq,
                       int64_t dq_stride, float* dk, float* dv, int64_t dkv_stride) {
  const int64_t context = first_position + num_queries, num_rows = num_queries * group;
  const Workspace w(scratch, head_dim, Width(context));
  TransposeRows(context, head_dim, k, kv_stride, key_rows, w.keys_t);
  TransposeRows(context, head_dim, v, kv_stride, key_rows, w.values_t);
  for (int64_t j = 0; j < context; ++j) {
    CopyRow(head_dim, k + key_rows[j] * kv_stride, w.keys + j * head_dim);
    CopyRow(head_dim, dk + key_rows[j] * dkv_stride, w.dk + j * head_dim);
    CopyRow(head_dim, dv + key_rows[j] * dkv_stride, w.dv + j * head_dim);
  }

  for (int64_t first = 0; first < num_rows; first += kRows) {
    const int64_t m = num_rows - first < kRows ? num_rows - first : kRows;
    Row rows[kRows];
    for (int64_t i = 0; i < m; ++i) {
      const int64_t query = (first + i) / group, head = (first + i) % group;
      const int64_t o_at = query * o_stride + head * head_dim;
      CopyRow(head_dim, q + query * q_stride + head * head_dim, w.q + i * head_dim);
      CopyRow(head_dim, d_o + o_at, w.d_o + i * head_dim);
      rows[i] = {dq + query * dq_stride + head * head_dim, first_position + query + 1, lse[query * lse_stride + head],
                 Dot(head_dim, d_o + o_at, o + o_at)};
    }
    for (int64_t row = 0; row < m; row += kTileRows) {
      WithRows<Scores>(m - row, w, head_dim, row, rows, scale);
      WithRows<QueryGradients>(m - row, w, head_dim, row, rows);
    }
    // Keys that every row of this block sees, kTileRows at a time; then the keys of the block's own queries, each with the rows
    // that come no earlier than it.
    int64_t key = 0;
    for (; key < rows[0].num_keys; key += kTileRows) WithRows<KeyGradients>(rows[0].num_keys - key, w, head_dim, key, 0, m);
    for (key = rows[0].num_keys; key < rows[m - 1].num_keys; ++key)
      KeyGradients<1>::Run(w, head_dim, key, (key - first_position) * group - first, m);
  }

  for (int64_t j = 0; j < context; ++j) {
    CopyRow(head_dim, w.dk + j * head_dim, dk + key_rows[j] * dkv_stride);
    CopyRow(head_dim, w.dv + j * head_dim, dv + key_rows[j] * dkv_stride);
  }
}

}  // namespace

const KernelTable kBackwardTable = {
    .attention_backward = AttentionBackward,
    .attention_backward_scratch = AttentionBackwardScratch,
};

}  // namespace r1::R1_ISA
