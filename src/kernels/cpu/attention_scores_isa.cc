// Scores and their softmax. Sixteen keys lie along the lanes; a strip of blocks stays in the first cache while all rows pass over
// it. A row's numbers do not depend on its neighbours in the tile, and lanes of keys that it must not see are computed (from
// whatever the cache holds there) but never used.
#include "kernels/cpu/attention_tile.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

constexpr int64_t kBlock = kKvBlockSize;
constexpr int64_t kStrip = 4;  // blocks

// Blocks [begin, end) for a tile of rows, of a head's blocks [first, last). Asked for meanwhile: the keys `kStrip` blocks later,
// and behind the last ones the values of the first blocks, which are what is read next.
struct Strip {
  const KvHead* kv;
  int64_t begin, end, first, last;
  const uint8_t* queries;
  int64_t query_bytes;
  float scale;
  float* weights;
  int64_t width;
};

template <int NV>
struct Blocks {
  const uint8_t *keys[NV], *later[NV];
};
template <int NV>
R1_INLINE Blocks<NV> BlocksFrom(const Strip& s, int64_t block) {
  Blocks<NV> b;
  R1_UNROLL for (int j = 0; j < NV; ++j) {
    b.keys[j] = s.kv->Keys(block + j);
    b.later[j] = block + j + kStrip < s.last ? s.kv->Keys(block + j + kStrip) : s.kv->Values(s.first + block + j - s.begin);
  }
  return b;
}

template <int M, int NV>
R1_INLINE void StoreScores(const Strip& s, int64_t block, const V (&acc)[M][NV]) {
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j)
      Store(s.weights + i * s.width + (block + j) * kBlock, Mul(acc[i][j], Set1(s.scale)));
}

// Every step of a chain reads one line of every block, and asks for the same line of a later one.
template <int NV>
R1_INLINE auto AskLater(const Blocks<NV>& blocks) {
  return [&](int64_t line) { R1_UNROLL for (int j = 0; j < NV; ++j) Prefetch(blocks.later[j] + line * 64); };
}

struct ScoresF32 {
  template <int M, int NV>
  R1_INLINE void Run(const Strip& s, int64_t block) {
    const Blocks<NV> b = BlocksFrom<NV>(s, block);
    V acc[M][NV];
    Clear(acc);
    Chain<M, NV, Order::kRows>(
        s.kv->head_dim, reinterpret_cast<const float*>(s.queries), s.kv->head_dim,
        [&](int64_t d, int j) { return Load(reinterpret_cast<const float*>(b.keys[j]) + d * kBlock); }, acc, AskLater(b));
    StoreScores(s, block, acc);
  }
};

struct ScoresBf16 {
  template <int M, int NV>
  R1_INLINE void Run(const Strip& s, int64_t block) {
    const Blocks<NV> b = BlocksFrom<NV>(s, block);
    V acc[M][NV];
    Clear(acc);
    ChainPairs<M, NV, Order::kRows>(
        s.kv->head_dim / 2, reinterpret_cast<const uint32_t*>(s.queries), s.kv->head_dim / 2,
        [&](int64_t d, int j) { return LoadPairs(b.keys[j] + d * kBlock * 4); }, acc, AskLater(b));
    StoreScores(s, block, acc);
  }
};

// Integer products of a group of dimensions, then one step of the chain over groups, whose state waits in `weights` meanwhile.
struct ScoresQ8 {
  template <int M, int NV>
  R1_INLINE void Run(const Strip& s, int64_t block) {
    const Blocks<NV> b = BlocksFrom<NV>(s, block);
    const int64_t head_dim = s.kv->head_dim, groups = KvGroups(head_dim);
    const auto rows = PointToRows<M>(reinterpret_cast<const int8_t*>(s.queries), s.query_bytes);
    const auto row = [&](int i) { return rows.four[i / 4] + i % 4 * s.query_bytes; };
    V sums[M][NV];
    for (int64_t g = 0; g < groups; ++g) {
      const int64_t first = g * kKvScaleGroup / 4,
                    last = (g + 1) * kKvScaleGroup < head_dim ? first + kKvScaleGroup / 4 : head_dim / 4;
      I acc[M][NV];
      float q_scale[M];
      R1_UNROLL for (int i = 0; i < M; ++i) {
        int32_t shift;
        std::memcpy(&q_scale[i], row(i) + head_dim + g * 8, sizeof(float));
        std::memcpy(&shift, row(i) + head_dim + g * 8 + 4, sizeof shift);
        R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = SetInt(-shift);
      }
      for (int64_t four = first; four < last; ++four) {
        I keys[NV];
        R1_UNROLL for (int j = 0; j < NV; ++j) {
          keys[j] = LoadPairs(b.keys[j] + four * 64);
          Prefetch(b.later[j] + four * 64);
        }
        R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] =
            DotBytes(acc[i][j], keys[j], row(i) + four * 4);
      }
      R1_UNROLL for (int j = 0; j < NV; ++j) {
        const V k_scale = LoadBf16(reinterpret_cast<const uint16_t*>(b.keys[j] + kBlock * head_dim) + g * kBlock);
        R1_UNROLL for (int i = 0; i < M; ++i) {
          const V before = g == 0 ? Zero() : sums[i][j];
          sums[i][j] = Fma(ToFloats(acc[i][j]), Mul(Set1(q_scale[i]), k_scale), before);
        }
      }
    }
    StoreScores(s, block, sums);
  }
};

template <class Format>
struct Tile {
  // Not inlined: with all M in one function GCC 12 keeps some accumulators on the stack.
  template <int M>
  struct Rows {
    [[gnu::noinline]] static void Run(const Strip& s) { Steps<VectorsFor<M>()>(s, s.begin); }
    template <int NV>
    R1_INLINE void Steps(const Strip& s, int64_t block) {
      for (; block + NV <= s.end; block += NV) Format::template Run<M, NV>(s, block);
      if constexpr (NV > 1) Steps<NV / 2>(s, block);
    }
  };
};

template <class Format>
void AllScores(const KvHead& kv, int64_t rows, const int32_t* num_keys, const uint8_t* queries, float scale, int64_t block_begin,
               int64_t block_end, float* weights, int64_t width) {
  const int64_t query_bytes = KvQueryBytes(kv.type, kv.head_dim);
  for (int64_t begin = block_begin; begin < block_end; begin += kStrip) {
    const int64_t end = begin + kStrip < block_end ? begin + kStrip : block_end;
    for (int64_t row = 0; row < rows; row += kTileRows) {
      const int64_t m = rows - row < kTileRows ? rows - row : kTileRows;
      int64_t seen = 0;
      for (int64_t r = row; r < row + m; ++r) seen = num_keys[r] > seen ? num_keys[r] : seen;
      const int64_t needed = (seen + kBlock - 1) / kBlock;
      if (needed <= begin) continue;
      const Strip strip = {&kv,         begin, needed < end ? needed : end, block_begin, block_end, queries + row * query_bytes,
                           query_bytes, scale, weights + row * width,       width};
      WithRows<Tile<Format>::template Rows>(m, strip);
    }
  }
}

void Scores(const KvHead& kv, int64_t rows, const int32_t* num_keys, const uint8_t* queries, float scale, int64_t block_begin,
            int64_t block_end, float* weights, int64_t width) {
  switch (kv.type) {
    case KvType::kF32: return AllScores<ScoresF32>(kv, rows, num_keys, queries, scale, block_begin, block_end, weights, width);
    case KvType::kBF16: return AllScores<ScoresBf16>(kv, rows, num_keys, queries, scale, block_begin, block_end, weights, width);
    case KvType::kQ8: return AllScores<ScoresQ8>(kv, rows, num_keys, queries, scale, block_begin, block_end, weights, width);
  }
}

// ---- softmax ----

void Weights(KvType type, int64_t num_keys, float* weights, float* max, float* sum) {
  const V lowest = Set1(-__builtin_inff());
  V lane_max = lowest;
  EachGroup(0, num_keys, [&](int64_t j, auto lanes) { lane_max = Max(lane_max, Only(Load(weights + j, lanes), lanes, lowest)); });
  *max = Maximum(lane_max);
  V lane_sum = Zero();
  const auto exponential = [&](int64_t j, auto lanes) {
    return Only(Exp(Sub(Load(weights + j, lanes), Set1(*max))), lanes, Zero());
  };
  if (type == KvType::kBF16) {
    // In place: sixteen halves are written behind the sixteen floats just read. The zero lanes of the last group fill it up.
    auto* halves = reinterpret_cast<uint16_t*>(weights);
    EachGroup(0, num_keys, [&](int64_t j, auto lanes) {
      StoreBf16(halves + j, exponential(j, lanes));
      lane_sum = Add(lane_sum, LoadBf16(halves + j));
    });
  } else {
    EachGroup(0, num_keys, [&](int64_t j, auto lanes) {
      const V weight = exponential(j, lanes);
      Store(weights + j, weight, lanes);
      lane_sum = Add(lane_sum, weight);
    });
  }
  *sum = Sum(lane_sum);
}

}  // namespace

const KernelTable kScoresTable = {
    .attention_scores = Scores,
    .attention_weights = Weights,
};

}  // namespace r1::R1_ISA
