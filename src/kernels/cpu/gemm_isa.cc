// The product of a block of A and panels of B, tile by tile.
#include <type_traits>

#include "kernels/cpu/pack_share.h"
#include "kernels/cpu/tables.h"
#include "kernels/cpu/tile.h"

namespace r1::R1_ISA {
namespace {

template <class T>
constexpr bool kPairs = T(0.5) == T(0);  // T is uint32_t, two bf16, and not float

// What A is read as beside a B of T: float, or uint32_t for pairs of bf16.
using PairOfA = std::conditional_t<kMultipliesPairs, uint32_t, WidePair>;
template <class T>
using OfA = std::conditional_t<kPairs<T>, PairOfA, T>;

// ---- one tile ----

// Calls fn(pointer, row, vector) for each vector of the tile. The pointer walks: left alone, GCC computes all of them before the
// first and spills most.
template <int M, int NV, class P, class Fn>
R1_INLINE void EachVector(P* c, int64_t ldc, Fn fn) {
  R1_UNROLL for (int i = 0; i < M; ++i, c += ldc) {
    asm("" : "+r"(c));
    R1_UNROLL for (int j = 0; j < NV; ++j) fn(c + 16 * j, i, j);
  }
}

// Whether a block packs the next one is known when its tiles are compiled: those that do not have nothing to ask in each step.
template <bool kPacks>
using Dealer = std::conditional_t<kPacks, PackDealer, DealsNothing>;
template <bool kPacks>
using Beside = std::conditional_t<kPacks, PackShare, PacksNothing>;  // what a tile does of it

// A tile of few rows runs through the panels at the speed of the memory that they come from. Past the second-level cache the
// hardware's prefetching alone does not keep up: the rows of this many steps later are asked for.
constexpr int kStreamRows = 6, kStreamAhead = 24;
constexpr int64_t kStreamBytes = 1 << 20;  // of B in a block, above which it does not come from there

// A panel of bf16 pairs that many tiles pass is widened by the first of them, beside its arithmetic, and read as floats by the
// others: to take the halves apart takes two instructions a vector, which every tile would spend again.
enum class Panel { kPacked, kWidens, kWidened };
constexpr int kLeastRowsOfMany = kTileRows * 2 / 3;  // that a tile of more than kTilesToWiden has where they are dealt out evenly

// What a tile asks for while it computes, so that the memory is near when its turn comes: a line or two a step overlap with the
// arithmetic; asking for more at once would stop it.
template <class T, int M, int NV, Order kOrder, bool kPacks, bool kStreams, class RowOfB>
struct Prefetch {
  const OfA<T>*a, *next_a;  // of this tile and of the next one
  int64_t a_stride;
  const char* next_b;  // this tile's share of the next panel
  int64_t next_b_step;
  const char* ahead;
  int64_t ahead_step;
  Beside<kPacks> pack;
  RowOfB row_of_b;
  bool wants_a;  // the next tile's A is not near yet: only while the first panel passes
  // In f32, for the steps of A in rows: what four of them need.
  __attribute__((always_inline)) void operator()(int64_t k, int phase) const {
    if constexpr (kStreams) {
      (*this)(k);
    } else if (phase == 0) {
      __builtin_prefetch(next_b + k * next_b_step);
      if (wants_a) {  // a line of each of the next tile's rows in every sixteen steps
        const OfA<T>* const line = next_a + k / 16 * 16 + k % 16 / 4 * 3 * a_stride;
        __builtin_prefetch(line);
        __builtin_prefetch(line + a_stride);
        __builtin_prefetch(line + 2 * a_stride);
      }
    } else if (phase == 2) {
      __builtin_prefetch(next_b + k * next_b_step);
    }
  }
  // A call would cost the tile its registers.
  __attribute__((always_inline)) void operator()(int64_t k) const {
    if constexpr (kOrder == Order::kRows && kPairs<T>) {
      __builtin_prefetch(ahead + k * ahead_step);
      // A line of each of the next tile's rows in every eight steps.
      if constexpr (!kMultipliesPairs) {
        __builtin_prefetch(next_a + k % 8 * a_stride + k / 8 * 8);
        if constexpr (M > 8) __builtin_prefetch(next_a + (k % 8 + 8) * a_stride + k / 8 * 8);
      }
    } else if constexpr (kOrder == Order::kRows) {
      // A line of each of the next tile's rows in every sixteen steps.
      __builtin_prefetch(next_a + k % 16 * a_stride + k / 16 * 16);
    } else {
      // Columns are a stride apart, which the hardware does not follow far: the one of 16 steps (200 to 400 cycles) later.
      __builtin_prefetch(a + (k + 16) * a_stride);
      if constexpr (M > 4) __builtin_prefetch(a + (k + 16) * a_stride + M - 1);
    }
    if constexpr (kStreams) {
      R1_UNROLL for (int j = 0; j < NV; ++j) __builtin_prefetch(row_of_b(k + kStreamAhead, j));
    } else {
      __builtin_prefetch(next_b + k * next_b_step);
    }
    if constexpr (kOrder == Order::kColumns) __builtin_prefetch(next_b + k * next_b_step + 64);
    pack(k);
  }
};

// One tile of a block: its place, and what comes after it.
template <class T, bool kPacks>
struct TileArgs {
  int64_t count;
  const OfA<T>*a, *next_a;
  int64_t a_stride;
  const T* b;
  int64_t b_stride, b_panel;
  const char* next_b;
  int64_t next_b_step;
  const char* ahead;
  int64_t ahead_step;
  float *c, *next_c;
  int64_t ldc, cols_of_last;  // columns of the last vector
  const float *old, *next_old;
  int64_t ld_old;
  Beside<kPacks> pack;
  float* widened;  // [count, 2, panel] odd and even halves of the panel of B
  bool wants_a;    // Prefetch
};

// chain(k, acc) adds the products of the pairs [k, k + 8): for the two chains of every block, each from zero. add_old adds C to
// their sum, for the first block what C continues.
template <int M, int NV, class AddOld, class StoreC, class Fn>
R1_INLINE void EachBf16Block(int64_t pairs, AddOld add_old, StoreC store_c, V (&acc)[M][NV], Fn chain) {
  constexpr int64_t kChain = kBf16Block / 4;
  float evens[M * NV * 16];
  for (int64_t begin = 0; begin < pairs; begin += 2 * kChain) {
    Clear(acc);
    chain(begin, acc);
    R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) Store(evens + (i * NV + j) * 16, acc[i][j]);
    Clear(acc);
    chain(begin + kChain, acc);
    R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] =
        Add(Load(evens + (i * NV + j) * 16), acc[i][j]);
    add_old(begin == 0, acc);
    store_c(acc);
  }
}

// Rows [0, M) of C, NV vectors wide. T is float, or uint32_t for bf16 pairs.
template <class T, int M, int NV, Order kOrder, bool kPacks, bool kStreams, Panel kPanel>
void Tile(const TileArgs<T, kPacks>& t) {
  V acc[M][NV];
  const int64_t last = t.cols_of_last;
  const auto load = [last](const float* p, int j) { return j + 1 < NV || last == 16 ? Load(p) : LoadFirst(p, last); };
  if (t.next_old != t.next_c) EachVector<M, NV>(t.next_old, t.ld_old, [&](const float* p, int, int) { __builtin_prefetch(p); });
  EachVector<M, NV>(t.next_c, t.ldc, [&](float* p, int, int) { __builtin_prefetch(p, 1); });
  const T* b = t.b;
  const int64_t b_stride = t.b_stride, b_panel = t.b_panel;
  const auto row_of_b = [&](int64_t k, int j) { return b + j / kTileVectors * b_panel + k * b_stride + 16 * (j % kTileVectors); };
  const Prefetch<T, M, NV, kOrder, kPacks, kStreams, decltype(row_of_b)> prefetch = {
      t.a, t.next_a, t.a_stride, t.next_b, t.next_b_step, t.ahead, t.ahead_step, t.pack, row_of_b, t.wants_a};
  const auto store = [&](V(&sums)[M][NV]) {
    EachVector<M, NV>(t.c, t.ldc, [&](float* p, int i, int j) {
      if (j + 1 < NV || last == 16)
        Store(p, sums[i][j]);
      else
        StoreFirst(p, sums[i][j], last);
    });
  };
  if constexpr (!kPairs<T>) {
    if (t.old != nullptr)
      EachVector<M, NV>(t.old, t.ld_old, [&](const float* p, int i, int j) { acc[i][j] = load(p, j); });
    else
      Clear(acc);
    Chain<M, NV, kOrder>(
        t.count, t.a, t.a_stride, [&](int64_t k, int j) { return Load(row_of_b(k, j)); }, acc, prefetch);
    store(acc);
  } else {
    const auto add_old = [&](bool first, V(&sums)[M][NV]) {
      const float* old = first ? t.old : t.c;
      if (old != nullptr)
        EachVector<M, NV>(old, first ? t.ld_old : t.ldc,
                          [&](const float* p, int i, int j) { sums[i][j] = Add(load(p, j), sums[i][j]); });
      else
        R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) sums[i][j] = Add(Zero(), sums[i][j]);
    };
    EachBf16Block<M, NV>(t.count, add_old, store, acc, [&](int64_t begin, V(&sums)[M][NV]) {
      int64_t steps = kBf16Block / 4;
      asm("" : "+r"(steps));  // unrolled, eight steps of a tile would be a page of code
      const auto* a = t.a + begin * (kOrder == Order::kRows ? 1 : t.a_stride);
      const auto ask = [&](int64_t k) __attribute__((always_inline)) { prefetch(begin + k); };
      if constexpr (kMultipliesPairs) {
        ChainPairs<M, NV, kOrder>(
            steps, a, t.a_stride, [&](int64_t k, int j) { return LoadPairs(row_of_b(begin + k, j)); }, sums, ask);
      } else {
        float* const widened = t.widened;
        const auto half = [&](int64_t k, int is_even, int j, auto of_pairs) {
          float* const at = widened + (2 * k + is_even) * kPanelCols + 16 * j;
          if constexpr (kPanel == Panel::kWidened) {
            return Load(at);
          } else {
            const V wide = of_pairs(LoadPairs(row_of_b(k, j)));
            if constexpr (kPanel == Panel::kWidens) Store(at, wide);
            return wide;
          }
        };
        ChainWidePairs<M, NV, kOrder>(
            steps, a, t.a_stride, [&](int64_t k, int j) { return half(begin + k, 0, j, [](I pairs) { return OddOf(pairs); }); },
            [&](int64_t k, int j) { return half(begin + k, 1, j, [](I pairs) { return EvenOf(pairs); }); }, sums, ask);
      }
    });
  }
}

template <class T, int NV, Order kOrder, bool kPacks, bool kStreams, Panel kPanel = Panel::kPacked>
struct TileOf {
  template <int M>
  struct Rows {
    static void Run(const TileArgs<T, kPacks>* t) { Tile<T, M, NV, kOrder, kPacks, kStreams, kPanel>(*t); }
  };
  static void RunMany(int64_t rows, const TileArgs<T, kPacks>* t) { WithRows<Rows, kTileRows, kLeastRowsOfMany>(rows, t); }
};

// How many panels a tile of few rows spans: as many as the registers hold, for a chain's next step has to wait for its last one,
// and one panel has too few chains to fill that time.
constexpr bool Fits(int rows, int panels) { return (rows + 1) * panels * kTileVectors < kVectorRegisters; }
constexpr int MostRows(int panels) {
  int rows = 0;
  while (Fits(rows + 1, panels)) ++rows;
  return rows;
}

constexpr int AtMost(int a, int b) { return a < b ? a : b; }

// Deals the rows of `ahead` out to the tiles of a block.
class AheadShare {
 public:
  AheadShare(const GemmBlock::Ahead& ahead, int64_t tiles, int64_t steps)
      : data_(static_cast<const char*>(ahead.data)), row_bytes_(ahead.row_bytes), stride_(ahead.stride_bytes), steps_(steps) {
    if (stride_ == row_bytes_) row_bytes_ *= ahead.rows;  // one run
    share_ = (ahead.rows * ahead.row_bytes + tiles - 1) / tiles;
    end_ = ahead.rows * ahead.row_bytes;
  }
  // Where the next tile starts, and how far it goes in a step.
  void Next(const char** at, int64_t* bytes_a_step) {
    *at = data_, *bytes_a_step = 0;
    if (done_ >= end_) return;
    const int64_t row = done_ / row_bytes_, offset = done_ % row_bytes_;
    const int64_t bytes = row_bytes_ - offset < share_ ? row_bytes_ - offset : share_;
    *at = data_ + row * stride_ + offset;
    *bytes_a_step = (bytes + steps_ - 1) / steps_;
    done_ += share_;
  }

 private:
  const char* data_;
  int64_t row_bytes_, stride_, steps_, share_, end_, done_ = 0;
};

// Where fewer tiles share a panel, it streams through at a speed that the hardware's own prefetching follows best. Not on Intel's
// servers, which this instruction set stands for: from their far third-level cache the stop at the end of each page shows.
constexpr bool kFarThirdLevel = kVectorRegisters >= 32 && !kMultipliesPairs;
constexpr int64_t kTilesToPrefetch = kFarThirdLevel ? 1 : 3;

// Whether the chains of T multiply halves of bf16 pairs, which are taken apart first.
template <class T>
constexpr bool kWidensPairs = kPairs<T> && !kMultipliesPairs;

// A tile of `rows` rows and `cols` columns in so many panels.
template <class T, Order kOrder, bool kPacks, bool kStreams>
void RunTile(int64_t panels, int64_t cols, int64_t rows, Panel panel, const TileArgs<T, kPacks>& t) {
  constexpr int kMost = kStreams ? kStreamRows : kTileRows;
  constexpr int kPairOfPanels = AtMost(MostRows(2), kMost), kFourPanels = AtMost(MostRows(4), kMost);
  if constexpr (kWidensPairs<T>) {
    if (panel == Panel::kWidens) return TileOf<T, kTileVectors, kOrder, kPacks, kStreams, Panel::kWidens>::RunMany(rows, &t);
    if (panel == Panel::kWidened) return TileOf<T, kTileVectors, kOrder, kPacks, kStreams, Panel::kWidened>::RunMany(rows, &t);
  }
  if (panels == 4)
    WithRows<TileOf<T, 4 * kTileVectors, kOrder, kPacks, kStreams>::template Rows, (kFourPanels > 0 ? kFourPanels : 1)>(rows, &t);
  else if (panels == 2)
    WithRows<TileOf<T, 2 * kTileVectors, kOrder, kPacks, kStreams>::template Rows, kPairOfPanels>(rows, &t);
  else if (cols <= 16)  // a narrow last panel
    WithRows<TileOf<T, 1, kOrder, kPacks, kStreams>::template Rows, kMost>(rows, &t);
  else
    WithRows<TileOf<T, kTileVectors, kOrder, kPacks, kStreams>::template Rows, kMost>(rows, &t);
}

// Walks over a block: panels of B outside, so that a panel stays near while all rows of A pass it.
template <class T, Order kOrder, bool kPacks = false, bool kStreams = false>
void Block(const GemmBlock& block) {
  constexpr int kMost = kStreams ? kStreamRows : kTileRows;
  constexpr int kPairOfPanels = AtMost(MostRows(2), kMost), kFourPanels = AtMost(MostRows(4), kMost);
  const int64_t tiles = (block.m + kTileRows - 1) / kTileRows;
  const auto* a = static_cast<const OfA<T>*>(block.a);
  TileArgs<T, kPacks> t;
  t.count = block.k;
  t.a_stride = kOrder == Order::kRows ? block.a_rs : block.a_cs;
  t.b_stride = block.b_rs, t.b_panel = block.b_panel;
  t.widened = block.widened;
  t.ldc = block.ldc, t.ld_old = block.old != nullptr ? block.ld_old : block.ldc;
  const int64_t row_step = kOrder == Order::kRows ? block.a_rs : 1;
  AheadShare ahead(block.ahead, tiles * ((block.cols + kPanelCols - 1) / kPanelCols), block.k);
  Dealer<kPacks> dealer(block.next, tiles * ((block.cols + kPanelCols - 1) / kPanelCols), block.k, block.a);
  for (int64_t col = 0; col < block.cols;) {
    const int64_t left = block.cols - col;
    const int64_t panels = block.m <= kFourPanels && left >= 4 * kPanelCols     ? 4
                           : block.m <= kPairOfPanels && left >= 2 * kPanelCols ? 2
                                                                                : 1;
    const int64_t cols = left < panels * kPanelCols ? left : panels * kPanelCols;
    const bool last_panel = cols == left;
    const auto* b = static_cast<const T*>(block.b) + col / kPanelCols * block.b_panel;
    const auto* next_b = reinterpret_cast<const char*>(last_panel ? b : b + panels * block.b_panel);
    t.b = b;
    t.wants_a = col == 0;
    const bool in_place = block.b_rs != kPanelCols;
    t.next_b_step = in_place                                 ? block.b_rs * int64_t{sizeof(T)}
                    : last_panel || tiles < kTilesToPrefetch ? 0
                                                             : block.b_rs * int64_t{sizeof(T)} / tiles;
    t.cols_of_last = (cols - 1) % 16 + 1;
    t.c = block.c + col;
    t.old = block.old != nullptr ? block.old + col : nullptr;
    t.a = a;
    const bool widens = kWidensPairs<T> && block.widened != nullptr && cols == kPanelCols;
    // Rows are dealt out evenly: thirteen are seven and six.
    for (int64_t i = 0; i < tiles; ++i) {
      const int64_t rows = block.m / tiles + (i < block.m % tiles);
      const bool last_tile = i + 1 == tiles;
      t.next_a = last_tile ? a : t.a + rows * row_step;
      t.next_c = last_tile ? block.c + (last_panel ? 0 : col + cols) : t.c + rows * block.ldc;
      t.next_old = block.old == nullptr ? t.next_c
                   : last_tile          ? block.old + (last_panel ? 0 : col + cols)
                                        : t.old + rows * block.ld_old;
      t.next_b = in_place ? reinterpret_cast<const char*>(b + 16 * block.b_rs) : next_b + i * block.k * t.next_b_step;
      ahead.Next(&t.ahead, &t.ahead_step);
      t.pack = dealer.Next();
      RunTile<T, kOrder, kPacks, kStreams>(panels, cols, rows,
                                           !widens  ? Panel::kPacked
                                           : i == 0 ? Panel::kWidens
                                                    : Panel::kWidened,
                                           t);
      t.a = t.next_a;
      t.c += rows * block.ldc;
      if (t.old != nullptr) t.old += rows * block.ld_old;
    }
    col += cols;
  }
  dealer.Finish();
}

template <class T>
void AnyBlock(const GemmBlock& block) {
  const int64_t bytes_of_b = block.cols * block.k * int64_t{sizeof(T)};
  if (block.a_cs == 1 && block.m <= kStreamRows && bytes_of_b > kStreamBytes)
    Block<T, Order::kRows, false, true>(block);
  else if (block.a_cs == 1)
    Block<T, Order::kRows>(block);
  else if (kPairs<T> || (block.next[0].rows == 0 && block.next[1].rows == 0))
    Block<T, Order::kColumns>(block);
  else
    Block<T, Order::kColumns, !kPairs<T>>(block);
}

void GemmBlockF32(const GemmBlock& block) { AnyBlock<float>(block); }

void GemmBlockBf16(const GemmBlock& block) { AnyBlock<uint32_t>(block); }

// ---- the ceiling ----

constexpr int kChains = kTileRows * kTileVectors;  // independent, as many as a tile has
constexpr int kLanes = 16;

int64_t PeakF32(int64_t rounds, float* sink) {
  V acc[kChains];
  R1_UNROLL for (int i = 0; i < kChains; ++i) acc[i] = Set1(static_cast<float>(i));
  const V half = Set1(0.5f), one = Set1(1.0f);
  for (int64_t r = 0; r < rounds; ++r) R1_UNROLL for (int i = 0; i < kChains; ++i) {
      acc[i] = Fma(acc[i], half, one);
      Keep(acc[i]);
    }
  R1_UNROLL for (int i = 1; i < kChains; ++i) acc[0] = Add(acc[0], acc[i]);
  *sink = Sum(acc[0]);
  return rounds * kChains * kLanes * 2;
}

int64_t PeakBf16(int64_t rounds, float* sink) {
  V acc[kChains];
  R1_UNROLL for (int i = 0; i < kChains; ++i) acc[i] = Set1(static_cast<float>(i));
  const uint32_t pair = 0x3f003f00;  // 0.5 twice
  const I halves = SetPair(&pair);
  for (int64_t r = 0; r < rounds; ++r) R1_UNROLL for (int i = 0; i < kChains; ++i) {
      acc[i] = Dot2(acc[i], halves, halves);
      Keep(acc[i]);
    }
  R1_UNROLL for (int i = 1; i < kChains; ++i) acc[0] = Add(acc[0], acc[i]);
  *sink = Sum(acc[0]);
  return rounds * kChains * kLanes * 4;
}

}  // namespace

const KernelTable kGemmTable = {
    .isa = R1_ISA_NAME,
    .tile_rows = kTileRows,
    .gemm_f32 = GemmBlockF32,
    .gemm_bf16 = GemmBlockBf16,
    .widens_bf16_a = !kMultipliesPairs,
    .bf16_cut = {128, kMultipliesPairs ? 1024 : 512},  // pairs that are widened take as much room as floats
    .far_third_level = kFarThirdLevel,
    .peak_f32 = PeakF32,
    .peak_bf16 = PeakBf16,
};

}  // namespace r1::R1_ISA
