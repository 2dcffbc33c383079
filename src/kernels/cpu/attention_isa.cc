// Attention over a blocked cache, kTileRows rows (a row is one head of one query) at a time:
//   scores of all keys -> softmax of each row -> weighted sum of the values
// A row's numbers do not depend on its neighbours in the tile: its chains take exactly its own keys, in order, and lanes of keys
// that it must not see are computed (from whatever the cache holds there) but never added to anything.
#include "kernels/cpu/groups.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"
#include "kernels/cpu/tile.h"
#include "kernels/log.h"

namespace r1::R1_ISA {
namespace {

constexpr int64_t kBlock = kKvBlockSize;
static_assert(kBlock == 16, "a block of keys is one vector");

// ---- the cache ----

void StoreRow(int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t slot, float* k_cache, float* v_cache) {
  const int64_t block = slot / kBlock, offset = slot % kBlock;
  for (int64_t h = 0; h < kv_heads; ++h, k += head_dim, v += head_dim) {
    float* k_block = k_cache + (block * kv_heads + h) * head_dim * kBlock + offset;
    float* v_block = v_cache + (block * kv_heads + h) * head_dim * kBlock + offset * head_dim;
    for (int64_t d = 0; d < head_dim; ++d) k_block[d * kBlock] = k[d];
    EachGroup(0, head_dim, [&](int64_t d, auto lanes) { Store(v_block + d, Load(v + d, lanes), lanes); });
  }
}

// Sixteen rows that fill one block.
void StoreBlock(int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride, int64_t block, float* k_cache,
                float* v_cache) {
  for (int64_t h = 0; h < kv_heads; ++h) {
    float* k_block = k_cache + (block * kv_heads + h) * head_dim * kBlock;
    float* v_block = v_cache + (block * kv_heads + h) * head_dim * kBlock;
    EachGroup(0, head_dim, [&](int64_t d, auto lanes) {
      V rows[16];
      R1_UNROLL for (int r = 0; r < 16; ++r) rows[r] = Load(k + r * stride + h * head_dim + d, lanes);
      Transpose(rows);
      R1_UNROLL for (int r = 0; r < 16; ++r) if (d + r < head_dim) Store(k_block + (d + r) * kBlock, rows[r]);
      for (int r = 0; r < 16; ++r) Store(v_block + r * head_dim + d, Load(v + r * stride + h * head_dim + d, lanes), lanes);
    });
  }
}

void StoreKv(int64_t rows, int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride, const int32_t* slots,
             float* k_cache, float* v_cache) {
  const auto fills_block = [&](int64_t r) {
    if (r + kBlock > rows || slots[r] < 0 || slots[r] % kBlock != 0) return false;
    for (int64_t i = 1; i < kBlock; ++i)
      if (slots[r + i] != slots[r] + i) return false;
    return true;
  };
  for (int64_t r = 0; r < rows;) {
    if (fills_block(r)) {
      StoreBlock(kv_heads, head_dim, k + r * stride, v + r * stride, stride, slots[r] / kBlock, k_cache, v_cache);
      r += kBlock;
    } else {
      if (slots[r] >= 0) StoreRow(kv_heads, head_dim, k + r * stride, v + r * stride, slots[r], k_cache, v_cache);
      ++r;
    }
  }
}

// ---- attention ----

struct Cache {
  const float *k, *v;
  int64_t block_stride;
  const int32_t* block_table;
  const float* Keys(int64_t block) const { return k + block_table[block] * block_stride; }    // [head_dim, 16]
  const float* Values(int64_t block) const { return v + block_table[block] * block_stride; }  // [16, head_dim]
};

// weights[m, key] = scale * (q[m, :] . k[key, :]) for the keys of `NV` blocks from `block` on.
template <int M, int NV>
R1_INLINE void ScoreBlocks(const Cache& cache, int64_t block, int64_t head_dim, const float* q, float scale, float* weights,
                           int64_t width) {
  const float* keys[NV];
  R1_UNROLL for (int j = 0; j < NV; ++j) keys[j] = cache.Keys(block + j);
  V acc[M][NV];
  Clear(acc);
  Chain<M, NV, Order::kRows>(
      head_dim, q, head_dim, [&](int64_t d, int j) { return Load(keys[j] + d * kBlock); }, acc);
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j)
      Store(weights + i * width + (block + j) * kBlock, Mul(acc[i][j], Set1(scale)));
}

template <int M>
struct Scores {
  static void Run(const Cache& cache, int64_t num_blocks, int64_t head_dim, const float* q, float scale, float* weights,
                  int64_t width) {
    int64_t block = 0;
    for (; block + kTileVectors <= num_blocks; block += kTileVectors)
      ScoreBlocks<M, kTileVectors>(cache, block, head_dim, q, scale, weights, width);
    for (; block < num_blocks; ++block) ScoreBlocks<M, 1>(cache, block, head_dim, q, scale, weights, width);
  }
};

struct Softmax {
  float max, sum;
};

// Scores to exp(score - max), in place.
Softmax Exponentials(int64_t num_keys, float* weights) {
  const V lowest = Set1(-__builtin_inff());
  V lane_max = lowest;
  EachGroup(0, num_keys, [&](int64_t j, auto lanes) { lane_max = Max(lane_max, Only(Load(weights + j, lanes), lanes, lowest)); });
  const float max = Maximum(lane_max);
  V sum = Zero();
  EachGroup(0, num_keys, [&](int64_t j, auto lanes) {
    const V weight = Exp(Sub(Load(weights + j, lanes), Set1(max)));
    Store(weights + j, weight, lanes);
    sum = Add(sum, Only(weight, lanes, Zero()));
  });
  return {max, Sum(sum)};
}

// Adds the keys [begin, end) to the chains of M rows, for the dimensions d .. d + 16 NV (or the `lanes` of one vector).
template <int M, int NV, class Lanes>
R1_INLINE void AddValues(const Cache& cache, int64_t begin, int64_t end, int64_t head_dim, int64_t d, const float* weights,
                         int64_t width, Lanes lanes, V (&acc)[M][NV]) {
  for (int64_t key = begin; key < end;) {
    const int64_t block = key / kBlock, stop = (block + 1) * kBlock < end ? (block + 1) * kBlock : end;
    const float* values = cache.Values(block) + key % kBlock * head_dim + d;
    Chain<M, NV, Order::kRows>(
        stop - key, weights + key, width, [&](int64_t j, int v) { return Load(values + j * head_dim + 16 * v, lanes); }, acc);
    key = stop;
  }
}

// One row of the tile: where its output goes, how many keys it sees, and what its sum is divided by.
struct Row {
  float* o;
  int64_t num_keys;
  float inverse;
};

// The keys that all M rows see are added together; the few more that later queries of the tile see, row by row.
template <int M, int NV, class Lanes>
R1_INLINE void OutputColumns(const Cache& cache, int64_t head_dim, int64_t d, const float* weights, int64_t width, const Row* rows,
                             Lanes lanes) {
  const int64_t common = rows[0].num_keys;
  V acc[M][NV];
  Clear(acc);
  AddValues<M, NV>(cache, 0, common, head_dim, d, weights, width, lanes, acc);
  if (rows[M - 1].num_keys == common) {
    R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j)
        Store(rows[i].o + d + 16 * j, Mul(acc[i][j], Set1(rows[i].inverse)), lanes);
    return;
  }
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) Store(rows[i].o + d + 16 * j, acc[i][j], lanes);
  for (int i = 0; i < M; ++i) {
    V own[1][NV];
    R1_UNROLL for (int j = 0; j < NV; ++j) own[0][j] = Load(rows[i].o + d + 16 * j, lanes);
    AddValues<1, NV>(cache, common, rows[i].num_keys, head_dim, d, weights + i * width, width, lanes, own);
    R1_UNROLL for (int j = 0; j < NV; ++j) Store(rows[i].o + d + 16 * j, Mul(own[0][j], Set1(rows[i].inverse)), lanes);
  }
}

template <int M>
struct Output {
  static void Run(const Cache& cache, int64_t head_dim, const float* weights, int64_t width, const Row* rows) {
    int64_t d = 0;
    for (; d + 16 * kTileVectors <= head_dim; d += 16 * kTileVectors)
      OutputColumns<M, kTileVectors>(cache, head_dim, d, weights, width, rows, Whole{});
    for (; d + 16 <= head_dim; d += 16) OutputColumns<M, 1>(cache, head_dim, d, weights, width, rows, Whole{});
    if (d < head_dim) OutputColumns<M, 1>(cache, head_dim, d, weights, width, rows, Part{head_dim - d});
  }
};

int64_t Width(int64_t context) { return (context + kBlock - 1) / kBlock * kBlock; }

int64_t AttentionScratch(int64_t, int64_t, int64_t head_dim, int64_t context) { return kTileRows * (head_dim + Width(context)); }

void Attention(int64_t num_queries, int64_t group, int64_t head_dim, const float* q, int64_t q_stride, const float* k_cache,
               const float* v_cache, int64_t block_stride, const int32_t* block_table, int64_t first_position, float scale,
               float* scratch, float* o, int64_t o_stride, float* lse, int64_t lse_stride) {
  const Cache cache = {k_cache, v_cache, block_stride, block_table};
  const int64_t width = Width(first_position + num_queries), num_rows = num_queries * group;
  float* queries = scratch;                         // [kTileRows, head_dim]
  float* weights = scratch + kTileRows * head_dim;  // [kTileRows, width]
  for (int64_t first = 0; first < num_rows; first += kTileRows) {
    const int64_t m = num_rows - first < kTileRows ? num_rows - first : kTileRows;
    Row rows[kTileRows];
    for (int64_t i = 0; i < m; ++i) {
      const int64_t query = (first + i) / group, head = (first + i) % group;
      std::memcpy(queries + i * head_dim, q + query * q_stride + head * head_dim, static_cast<size_t>(head_dim) * sizeof(float));
      rows[i] = {o + query * o_stride + head * head_dim, first_position + query + 1, 0.0f};
    }
    WithRows<Scores>(m, cache, Width(rows[m - 1].num_keys) / kBlock, head_dim, queries, scale, weights, width);
    for (int64_t i = 0; i < m; ++i) {
      const Softmax softmax = Exponentials(rows[i].num_keys, weights + i * width);
      rows[i].inverse = 1.0f / softmax.sum;
      if (lse != nullptr) lse[(first + i) / group * lse_stride + (first + i) % group] = softmax.max + Log(softmax.sum);
    }
    WithRows<Output>(m, cache, head_dim, weights, width, rows);
  }
}

}  // namespace

const KernelTable kAttentionTable = {
    .store_kv = StoreKv,
    .attention = Attention,
    .attention_scratch = AttentionScratch,
};

}  // namespace r1::R1_ISA
