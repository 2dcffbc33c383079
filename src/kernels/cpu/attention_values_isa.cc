// The weighted sum of the values. Dimensions lie along the lanes; a chunk of keys stays in the first cache while all rows pass over
// it, the sums waiting in memory between two chunks. The keys that all rows of a tile see are added together; the few more that
// later queries of the tile see, row by row.
#include "kernels/cpu/attention_tile.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

constexpr int64_t kBlock = kKvBlockSize;
constexpr int64_t kChunk = 64;  // keys

// Keys [begin, end) and dimensions [d_begin, d_end) for a tile of rows. Asked for meanwhile: the values kChunk keys later, up to
// `last`, and behind them the keys of the next head, which lie behind this one's and are what is read next when contexts are short.
struct Part2D {
  const KvHead* kv;
  int64_t begin, end, last, d_begin, d_end;
  const float* weights;
  int64_t width;
  float* sums;
};

// The part of it that lies in the block of `key`: `count` keys from the block's key `first` on, and the block to ask for.
struct InBlock {
  const uint8_t *values, *later;
  int64_t first, count;
};
R1_INLINE InBlock BlockOf(const Part2D& p, int64_t key) {
  const int64_t block = key / kBlock, stop = (block + 1) * kBlock < p.end ? (block + 1) * kBlock : p.end;
  const uint8_t* values = p.kv->Values(block);
  constexpr int64_t kBlocks = kChunk / kBlock;
  const uint8_t* later = block * kBlock + kChunk < p.last ? p.kv->Values(block + kBlocks)
                                                          : p.kv->Keys(block % kBlocks) + KvBlockBytes(p.kv->type, p.kv->head_dim);
  return {values, later, key % kBlock, stop - key};
}

struct ValuesF32 {
  static constexpr int kMaxVectors = 4;
  template <int M, int NV, class Lanes>
  R1_INLINE void Add(const Part2D& p, int64_t d, Lanes lanes, V (&acc)[M][NV]) {
    const int64_t head_dim = p.kv->head_dim;
    for (int64_t key = p.begin, count; key < p.end; key += count) {
      const InBlock in = BlockOf(p, key);
      count = in.count;
      const int64_t at = in.first * head_dim + d;
      const float *values = reinterpret_cast<const float*>(in.values) + at, *later = reinterpret_cast<const float*>(in.later) + at;
      Chain<M, NV, Order::kRows>(
          in.count, p.weights + key, p.width, [&](int64_t j, int v) { return Load(values + j * head_dim + 16 * v, lanes); }, acc,
          [&](int64_t j) { R1_UNROLL for (int v = 0; v < NV; ++v) Prefetch(later + j * head_dim + 16 * v); });
    }
  }
};

struct ValuesBf16 {
  static constexpr int kMaxVectors = 4;
  template <int M, int NV, class Lanes>
  R1_INLINE void Add(const Part2D& p, int64_t d, Lanes lanes, V (&acc)[M][NV]) {
    const int64_t head_dim = p.kv->head_dim;
    for (int64_t key = p.begin, count; key < p.end; key += count) {
      const InBlock in = BlockOf(p, key);
      count = in.count;
      const int64_t at = (in.first / 2 * head_dim + d) * 4, row = head_dim * 4;
      const auto* weights = reinterpret_cast<const uint32_t*>(p.weights) + key / 2;
      ChainPairs<M, NV, Order::kRows>(
          in.count / 2, weights, p.width, [&](int64_t j, int v) { return LoadPairs(in.values + at + j * row + 64 * v, lanes); },
          acc, [&](int64_t j) { R1_UNROLL for (int v = 0; v < NV; ++v) Prefetch(in.later + at + j * row + 64 * v); });
      if (in.count % 2 != 0) {  // the last key has no partner: beside it lies whatever was there
        const int64_t last = in.count / 2;
        ChainPairs<M, NV, Order::kRows>(
            1, weights + last, p.width,
            [&](int64_t, int v) { return OnlyEven(LoadPairs(in.values + at + last * row + 64 * v, lanes)); }, acc);
      }
    }
  }
};

// Weights times the scales of sixteen keys first, then the chain over the bytes. Two vectors have the same scales.
struct ValuesQ8 {
  static constexpr int kMaxVectors = kKvScaleGroup / 16;
  template <int M, int NV, class Lanes>
  R1_INLINE void Add(const Part2D& p, int64_t d, Lanes lanes, V (&acc)[M][NV]) {
    const int64_t head_dim = p.kv->head_dim, scales = kBlock * head_dim + d / kKvScaleGroup * kBlock * 2;
    for (int64_t key = p.begin, count; key < p.end; key += count) {
      const InBlock in = BlockOf(p, key);
      count = in.count;
      const V scale = LoadBf16(reinterpret_cast<const uint16_t*>(in.values + scales));
      const int64_t at = in.first * head_dim + d;
      float scaled[M][kBlock];
      R1_UNROLL for (int i = 0; i < M; ++i) Store(scaled[i], Mul(Load(p.weights + i * p.width + key / kBlock * kBlock), scale));
      const auto* values = reinterpret_cast<const int8_t*>(in.values + at);
      Chain<M, NV, Order::kRows>(
          in.count, scaled[0] + in.first, kBlock,
          [&](int64_t j, int v) { return LoadBytes(values + j * head_dim + 16 * v, lanes); }, acc,
          [&](int64_t j) { Prefetch(in.later + at + j * head_dim); });
    }
  }
};

template <class Format>
struct Tile {
  template <int M, int NV, class Lanes>
  R1_INLINE void Columns(const Part2D& p, int64_t d, Lanes lanes) {
    const int64_t head_dim = p.kv->head_dim;
    V acc[M][NV];
    R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] =
        Load(p.sums + i * head_dim + d + 16 * j, lanes);
    Format::template Add<M, NV>(p, d, lanes, acc);
    R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j)
        Store(p.sums + i * head_dim + d + 16 * j, acc[i][j], lanes);
  }

  // Not inlined: with all M in one function GCC 12 keeps some accumulators on the stack.
  template <int M>
  struct Rows {
    [[gnu::noinline]] static void Run(const Part2D& p) {
      constexpr int kMost = VectorsFor<M>() < Format::kMaxVectors ? VectorsFor<M>() : Format::kMaxVectors;
      Steps<kMost>(p, p.d_begin);
    }
    template <int NV>
    R1_INLINE void Steps(const Part2D& p, int64_t d) {
      for (; d + 16 * NV <= p.d_end; d += 16 * NV) Columns<M, NV>(p, d, Whole{});
      if constexpr (NV > 1)
        Steps<NV / 2>(p, d);
      else if (d < p.d_end)
        Columns<M, 1>(p, d, Part{p.d_end - d});
    }
  };
};

template <class Format>
void AllValues(const KvHead& kv, int64_t rows, const int32_t* num_keys, int64_t key_begin, int64_t key_end, int64_t d_begin,
               int64_t d_end, const float* weights, int64_t width, float* sums) {
  int64_t last = key_begin;  // that any row sees: the block table may end there
  for (int64_t r = 0; r < rows; ++r) last = Sees(num_keys, r, key_end) > last ? Sees(num_keys, r, key_end) : last;
  for (int64_t begin = key_begin; begin < key_end;) {
    const int64_t next = (begin / kChunk + 1) * kChunk, end = next < key_end ? next : key_end;
    for (int64_t row = 0; row < rows; row += kTileRows) {
      const int64_t m = rows - row < kTileRows ? rows - row : kTileRows;
      int64_t common = end, most = begin;
      for (int64_t r = row; r < row + m; ++r) {
        const int64_t sees = Sees(num_keys, r, end);
        common = sees < common ? sees : common;
        most = sees > most ? sees : most;
      }
      if (common < most) common -= common % 2;  // a pair is added at once
      Part2D part = {&kv, begin, common, last, d_begin, d_end, weights + row * width, width, sums + row * kv.head_dim};
      if (begin < common) WithRows<Tile<Format>::template Rows>(m, part);
      part.begin = begin < common ? common : begin;
      for (int64_t r = row; r < row + m; ++r) {
        part.end = Sees(num_keys, r, end);
        part.weights = weights + r * width;
        part.sums = sums + r * kv.head_dim;
        if (part.begin < part.end) Tile<Format>::template Rows<1>::Run(part);
      }
    }
    begin = end;
  }
}

void Values(const KvHead& kv, int64_t rows, const int32_t* num_keys, int64_t key_begin, int64_t key_end, int64_t d_begin,
            int64_t d_end, const float* weights, int64_t width, float* sums) {
  switch (kv.type) {
    case KvType::kF32: return AllValues<ValuesF32>(kv, rows, num_keys, key_begin, key_end, d_begin, d_end, weights, width, sums);
    case KvType::kBF16: return AllValues<ValuesBf16>(kv, rows, num_keys, key_begin, key_end, d_begin, d_end, weights, width, sums);
    case KvType::kQ8: return AllValues<ValuesQ8>(kv, rows, num_keys, key_begin, key_end, d_begin, d_end, weights, width, sums);
  }
}

}  // namespace

const KernelTable kValuesTable = {.attention_values = Values};

}  // namespace r1::R1_ISA
