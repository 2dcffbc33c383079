// The product of a block in bf16 where the processor multiplies whole tiles: sixteen rows of 32 k by 32 k of sixteen columns in one
// instruction (Intel SDM, TDPBF16PS). For each element it runs the two chains of docs/numerics.md, item 1, and adds their sum, with
// denormals as zeros whatever the thread's mode; dispatch.cc holds it against that definition before it is used.
#include "kernels/cpu/pack_rows.h"
#include "kernels/cpu/tables.h"

#if defined(__AMX_BF16__)  // of the instruction sets of this folder one has it

namespace r1::R1_ISA {
namespace {

constexpr int kRowsOfTile = 16;
constexpr int64_t kPairsOfBlock = kBf16Block / 2;
constexpr int64_t kPanelRow = 4 * kPanelCols;  // bytes

// The shape of the eight tiles: C in 0 to 3 (two above, two below), A in 4 (above) and 5 (below), B in 6 and 7.
struct alignas(64) TileShapes {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t bytes_a_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// GCC does not know which memory the instructions for tiles read: what was written for them must lie there.
R1_INLINE void FinishStores() { asm volatile("" ::: "memory"); }

// A thread keeps its shapes: to load them takes as long as ten products of tiles.
void ShapeTiles(int above, int below) {
  static thread_local int shaped = 0;
  const int wanted = 256 * above + below;
  if (shaped == wanted) return;
  TileShapes shapes;
  shapes.rows[0] = shapes.rows[1] = shapes.rows[4] = static_cast<uint8_t>(above);
  shapes.rows[2] = shapes.rows[3] = shapes.rows[5] = static_cast<uint8_t>(below);
  FinishStores();
  _tile_loadconfig(&shapes);
  shaped = wanted;
}

// One to four tiles of C: its first row of tiles, or two, and its first column, or two.
struct TilesOfC {
  int64_t blocks;  // of k
  const char* a;   // rows of pairs
  int64_t a_stride;
  const char* b;  // rows kPanelRow apart
  const float* old;
  int64_t ld_old;
  float* c;
  int64_t ldc;
  const float* next_c;  // rows of C to be asked for, so many in a step
  int64_t next_rows;
};

template <bool kTwoRows, bool kTwoCols>
R1_INLINE void MultiplyTiles(const TilesOfC& t) {
  const int64_t ld_old = 4 * t.ld_old, ldc = 4 * t.ldc;
  FinishStores();
  if (t.old != nullptr) {
    const float* below = t.old + kRowsOfTile * t.ld_old;
    _tile_loadd(0, t.old, ld_old);
    if constexpr (kTwoCols) _tile_loadd(1, t.old + 16, ld_old);
    if constexpr (kTwoRows) _tile_loadd(2, below, ld_old);
    if constexpr (kTwoRows && kTwoCols) _tile_loadd(3, below + 16, ld_old);
  } else {
    _tile_zero(0);
    if constexpr (kTwoCols) _tile_zero(1);
    if constexpr (kTwoRows) _tile_zero(2);
    if constexpr (kTwoRows && kTwoCols) _tile_zero(3);
  }
  const char *a = t.a, *b = t.b;
  [[maybe_unused]] const char* below = t.a + kRowsOfTile * t.a_stride;
  const float* next_c = t.next_c;
  for (int64_t i = 0; i < t.blocks; ++i, a += 64, below += 64, b += kPairsOfBlock * kPanelRow) {
    // Loads between the products: all of them at once would stop the multiplier.
    _tile_loadd(4, a, t.a_stride);
    _tile_loadd(6, b, kPanelRow);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (kTwoCols) {
      _tile_loadd(7, b + 64, kPanelRow);
      _tile_dpbf16ps(1, 4, 7);
    }
    for (int64_t row = 0; row < t.next_rows; ++row, next_c += t.ldc) {
      __builtin_prefetch(next_c, 1);
      __builtin_prefetch(next_c + 16, 1);
    }
    if constexpr (kTwoRows) {
      _tile_loadd(5, below, t.a_stride);
      _tile_dpbf16ps(2, 5, 6);
      if constexpr (kTwoCols) _tile_dpbf16ps(3, 5, 7);
    }
  }
  float* c_below = t.c + kRowsOfTile * t.ldc;
  _tile_stored(0, t.c, ldc);
  if constexpr (kTwoCols) _tile_stored(1, t.c + 16, ldc);
  if constexpr (kTwoRows) _tile_stored(2, c_below, ldc);
  if constexpr (kTwoRows && kTwoCols) _tile_stored(3, c_below + 16, ldc);
}

R1_INLINE void CopyFirst(int64_t rows, int64_t cols, const float* from, int64_t from_stride, float* to, int64_t to_stride) {
  for (int64_t i = 0; i < rows; ++i, from += from_stride, to += to_stride)
    for (int64_t j = 0; j < cols; j += 16) {
      if (cols - j >= 16)
        Store(to + j, Load(from + j));
      else
        StoreFirst(to + j, LoadFirst(from + j, cols - j), cols - j);
    }
}

// `rows` rows of C, 32 at most, and the columns of one panel; the tiles are shaped for them.
R1_INLINE void PanelTiles(int64_t rows, int64_t cols, TilesOfC t) {
  float* const c = t.c;
  const int64_t ldc = t.ldc;
  float whole[2 * kRowsOfTile * kPanelCols];
  const bool in_part = cols % 16 != 0;  // of a tile's columns, of which all are written
  if (in_part) {
    if (t.old != nullptr) {
      CopyFirst(rows, cols, t.old, t.ld_old, whole, kPanelCols);
      t.old = whole, t.ld_old = kPanelCols;
    }
    t.c = whole, t.ldc = kPanelCols;
    t.next_rows = 0;
  }
  if (rows > kRowsOfTile)
    cols > 16 ? MultiplyTiles<true, true>(t) : MultiplyTiles<true, false>(t);
  else
    cols > 16 ? MultiplyTiles<false, true>(t) : MultiplyTiles<false, false>(t);
  if (in_part) CopyFirst(rows, cols, whole, kPanelCols, c, ldc);
}

// The rows [first, first + m) of C, which fill tiles, two by two, or are fewer than 32. Theirs of A: pairs, a_stride bytes apart.
R1_INLINE void RowsOfTiles(const GemmBlock& g, int64_t first, int64_t m, const char* a, int64_t a_stride) {
  constexpr int64_t kBoth = 2 * kRowsOfTile;
  const int64_t step = m < kBoth ? m : kBoth, blocks = g.k / kPairsOfBlock;
  const auto* b = static_cast<const uint32_t*>(g.b);
  float* const c = g.c + first * g.ldc;
  const float* const old = g.old != nullptr ? g.old + first * g.ld_old : nullptr;
  ShapeTiles(static_cast<int>(step < kRowsOfTile ? step : kRowsOfTile),
             static_cast<int>(step > kRowsOfTile ? step - kRowsOfTile : kRowsOfTile));
  TilesOfC t;
  t.blocks = blocks;
  t.a_stride = a_stride;
  t.ld_old = g.ld_old, t.ldc = g.ldc;
  t.next_rows = (step + blocks - 1) / blocks;
  for (int64_t col = 0; col < g.cols; col += kPanelCols) {
    const int64_t left = g.cols - col, cols = left < kPanelCols ? left : kPanelCols;
    t.b = reinterpret_cast<const char*>(b + col / kPanelCols * g.b_panel);
    for (int64_t row = 0; row < m; row += step) {
      t.a = a + row * a_stride;
      t.old = old != nullptr ? old + row * g.ld_old + col : nullptr;
      t.c = c + row * g.ldc + col;
      t.next_c = row + step < m ? t.c + step * g.ldc : c + (left > kPanelCols ? col + kPanelCols : 0);
      PanelTiles(step, cols, t);
    }
  }
}

// One row, of kPanels panels at a time, without tiles: it runs through B at the speed of the memory that it comes from, and of
// several streams the hardware's prefetching fetches more than of one.
template <int kPanels>
R1_INLINE void RowOfPanels(int64_t pairs, int64_t cols, const uint32_t* a, const uint32_t* b, int64_t b_panel, const float* old,
                           float* c) {
  constexpr int kVectors = kPanels * kTileVectors;
  constexpr int64_t kAhead = 24;  // rows of B, asked for
  V sums[kVectors];
  const auto lanes = [&](int j) { return cols - 16 * j; };  // 16 or more: all
  R1_UNROLL for (int j = 0; j < kVectors; ++j) sums[j] = old == nullptr || lanes(j) <= 0 ? Zero()
                                                         : lanes(j) >= 16                ? Load(old + 16 * j)
                                                                                         : LoadFirst(old + 16 * j, lanes(j));
  for (int64_t begin = 0; begin < pairs; begin += kPairsOfBlock) {
    V evens[kVectors], odds[kVectors];
    R1_UNROLL for (int j = 0; j < kVectors; ++j) evens[j] = odds[j] = Zero();
    for (int64_t k = begin; k < begin + kPairsOfBlock; ++k) {
      const I pair = SetPair(a + k);
      const V even = EvenOf(pair), odd = OddOf(pair);
      R1_UNROLL for (int j = 0; j < kVectors; ++j) {
        const uint32_t* at = b + j / kTileVectors * b_panel + k * kPanelCols + 16 * (j % kTileVectors);
        __builtin_prefetch(at + kAhead * kPanelCols);
        const I of_b = LoadPairs(at);
        evens[j] = Fma(even, EvenOf(of_b), evens[j]);
        odds[j] = Fma(odd, OddOf(of_b), odds[j]);
      }
    }
    R1_UNROLL for (int j = 0; j < kVectors; ++j) sums[j] = Add(sums[j], Add(evens[j], odds[j]));
  }
  R1_UNROLL for (int j = 0; j < kVectors; ++j) {
    if (lanes(j) >= 16)
      Store(c + 16 * j, sums[j]);
    else if (lanes(j) > 0)
      StoreFirst(c + 16 * j, sums[j], lanes(j));
  }
}

R1_INLINE void OneRow(const GemmBlock& g) {
  constexpr int kMost = 4;
  const auto *a = static_cast<const uint32_t*>(g.a), *b = static_cast<const uint32_t*>(g.b);
  for (int64_t col = 0; col < g.cols;) {
    const int64_t left = g.cols - col;
    const uint32_t* panel = b + col / kPanelCols * g.b_panel;
    const float* old = g.old != nullptr ? g.old + col : nullptr;
    if (left >= kMost * kPanelCols) {
      RowOfPanels<kMost>(g.k, left, a, panel, g.b_panel, old, g.c + col);
      col += kMost * kPanelCols;
    } else {
      RowOfPanels<1>(g.k, left, a, panel, g.b_panel, old, g.c + col);
      col += kPanelCols;
    }
  }
}

// 16 x 16 pairs, transposed.
R1_INLINE void TransposePairs(const uint32_t* from, int64_t from_stride, int64_t cols, uint32_t* to, int64_t to_stride) {
  V block[16];
  R1_UNROLL for (int i = 0; i < 16; ++i) {
    const float* row = reinterpret_cast<const float*>(from + i * from_stride);
    block[i] = cols == 16 ? Load(row) : LoadFirst(row, cols);
  }
  Transpose(block);
  R1_UNROLL for (int i = 0; i < 16; ++i) if (i < cols) Store(reinterpret_cast<float*>(to + i * to_stride), block[i]);
}

void GemmTiles(const GemmBlock& g) {
  constexpr int64_t kBoth = 2 * kRowsOfTile;
  const auto* a = static_cast<const uint32_t*>(g.a);
  if (g.a_cs == 1 && g.m == 1) return OneRow(g);
  if (g.a_cs == 1) {
    const int64_t whole = g.m / kBoth * kBoth;
    const auto* rows = reinterpret_cast<const char*>(a);
    if (whole > 0) RowsOfTiles(g, 0, whole, rows, 4 * g.a_rs);
    if (whole < g.m) RowsOfTiles(g, whole, g.m - whole, rows + whole * 4 * g.a_rs, 4 * g.a_rs);
    return;
  }
  // A lies in columns: the rows of two tiles at a time, turned.
  constexpr int64_t kStride = GemmBlock::kMostPairsInColumns + 16;
  alignas(64) uint32_t rows_of_a[kBoth * kStride];
  for (int64_t row = 0; row < g.m; row += kBoth) {
    const int64_t rows = g.m - row < kBoth ? g.m - row : kBoth;
    for (int64_t k = 0; k < g.k; k += 16)
      for (int64_t i = 0; i < rows; i += 16)
        TransposePairs(a + k * g.a_cs + row + i, g.a_cs, rows - i < 16 ? rows - i : 16, rows_of_a + i * kStride + k, kStride);
    RowsOfTiles(g, row, rows, reinterpret_cast<const char*>(rows_of_a), 4 * kStride);
  }
}

int64_t PeakTiles(int64_t rounds, float* sink) {
  ShapeTiles(kRowsOfTile, kRowsOfTile);
  float tile[kRowsOfTile * 16] = {};
  FinishStores();
  _tile_loadd(4, tile, 64);
  _tile_loadd(5, tile, 64);
  _tile_loadd(6, tile, 64);
  _tile_loadd(7, tile, 64);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (int64_t i = 0; i < rounds; ++i) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, tile, 64);
  *sink = tile[0];
  return rounds * 4 * 2 * kRowsOfTile * 16 * kBf16Block;
}

}  // namespace

const KernelTable kGemmTilesTable = {
    .isa = R1_ISA_NAME,
    .gemm_bf16 = GemmTiles,
    .widens_bf16_a = false,
    .bf16_cut = {256, 512},  // many rows, as these products soon wait for the memory that B comes from
    .peak_bf16 = PeakTiles,
};

}  // namespace r1::R1_ISA

#endif
