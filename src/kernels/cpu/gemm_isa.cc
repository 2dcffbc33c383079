// Packing of B and the product of one packed panel. A panel has kPanelCols columns; its rows lie one after the other.
#include "kernels/cpu/tables.h"
#include "kernels/cpu/tile.h"

namespace r1::R1_ISA {
namespace {

constexpr int kPanelCols = 16 * kTileVectors;

// ---- packing ----

// Rows k of B are contiguous (b_cs == 1).
void CopyRows(int64_t k, int64_t cols, const float* b, int64_t b_rs, float* panel) {
  for (int64_t i = 0; i < k; ++i, b += b_rs, panel += kPanelCols)
    for (int64_t j = 0; j < kPanelCols; j += 16) {
      __builtin_prefetch(b + 16 * b_rs + j);
      Store(panel + j, cols >= j + 16 ? Load(b + j) : cols > j ? LoadFirst(b + j, cols - j) : Zero());
    }
}

// Columns of B are contiguous (b_rs == 1): 16 x 16 blocks are transposed in registers.
void TransposeColumns(int64_t k, int64_t cols, const float* b, int64_t b_cs, float* panel) {
  for (int64_t i = 0; i < k; i += 16) {
    const int64_t rows = k - i < 16 ? k - i : 16;
    for (int64_t j = 0; j < kPanelCols; j += 16) {
      V block[16];
      R1_UNROLL for (int c = 0; c < 16; ++c) {
        const float* column = b + (j + c) * b_cs + i;
        block[c] = j + c >= cols ? Zero() : rows == 16 ? Load(column) : LoadFirst(column, rows);
      }
      Transpose(block);
      R1_UNROLL for (int r = 0; r < 16; ++r) if (r < rows) Store(panel + (i + r) * kPanelCols + j, block[r]);
    }
  }
}

void PackBF32(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, float* panel) {
  if (b_cs == 1) return CopyRows(k, cols, b, b_rs, panel);
  if (b_rs == 1) return TransposeColumns(k, cols, b, b_cs, panel);
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < kPanelCols; ++j) panel[i * kPanelCols + j] = j < cols ? b[i * b_rs + j * b_cs] : 0.0f;
}

// Pairs of whole rows are rounded and joined.
void JoinRows(int64_t k, const float* b, int64_t b_rs, uint16_t* panel) {
  for (int64_t i = 0; i < k; i += 2, b += 2 * b_rs, panel += 2 * kPanelCols)
    for (int64_t j = 0; j < kPanelCols; j += 16) {
      __builtin_prefetch(b + 16 * b_rs + j);
      __builtin_prefetch(b + 17 * b_rs + j);
      StorePairs(panel + 2 * j, Load(b + j), i + 1 < k ? Load(b + b_rs + j) : Zero());
    }
}

// Otherwise through a small f32 panel of 64 rows.
void PackBBf16(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel) {
  if (b_cs == 1 && cols == kPanelCols) return JoinRows(k, b, b_rs, panel);
  constexpr int64_t kRows = 64;
  float rows[kRows * kPanelCols];
  for (int64_t begin = 0; begin < k; begin += kRows) {
    const int64_t count = k - begin < kRows ? k - begin : kRows;
    PackBF32(count, cols, b + begin * b_rs, b_rs, b_cs, rows);
    JoinRows(count, rows, kPanelCols, panel + begin * kPanelCols);
  }
}

// ---- one tile ----

// Calls fn(pointer, row, vector) for each vector of the tile. The pointer walks: left alone, GCC computes all of them before the
// first and spills most.
template <int M, int NV, class Fn>
R1_INLINE void EachVector(float* c, int64_t ldc, Fn fn) {
  R1_UNROLL for (int i = 0; i < M; ++i, c += ldc) {
    asm("" : "+r"(c));
    R1_UNROLL for (int j = 0; j < NV; ++j) fn(c + 16 * j, i, j);
  }
}

// How A lies. kFarRows: rows that were not read lately.
enum class Form { kRows, kFarRows, kColumns };
constexpr Order OrderOf(Form form) { return form == Form::kColumns ? Order::kColumns : Order::kRows; }

// What to ask for in step k of a tile. A line or two a step overlap with the arithmetic; asking for more at once would stop it.
template <class T, int M, Form kForm>
struct PrefetchA {
  const T* a;
  int64_t stride;
  void operator()(int64_t k) const {
    // The rows of the next tile, a line of each in every sixteen steps.
    if constexpr (kForm == Form::kFarRows) __builtin_prefetch(a + k % 16 * stride + k / 16 * 16);
    // Columns are a stride apart, which the hardware does not follow far: the one of 16 steps (about 400 cycles) later.
    if constexpr (kForm == Form::kColumns) {
      __builtin_prefetch(a + (k + 16) * stride);
      if constexpr (M > 4) __builtin_prefetch(a + (k + 16) * stride + M - 1);
    }
  }
};

// Rows [0, M) of C, NV vectors wide, of which the last has `cols_of_last` columns. T is float, or uint32_t for bf16 pairs. next_a:
// A of the next tile.
template <class T, int M, int NV, Form kForm>
void Tile(int64_t cols_of_last, int64_t count, const T* a, int64_t a_stride, const T* next_a, const T* b, int64_t b_stride,
          float* c, int64_t ldc, bool accumulate) {
  V acc[M][NV];
  if (accumulate) {
    EachVector<M, NV>(c, ldc, [&](float* p, int i, int j) {
      acc[i][j] = j + 1 < NV || cols_of_last == 16 ? Load(p) : LoadFirst(p, cols_of_last);
    });
  } else {
    // C is not needed before the end, but its lines may be far away.
    EachVector<M, NV>(c, ldc, [&](float* p, int, int) { __builtin_prefetch(p, 1); });
    Clear(acc);
  }
  constexpr Order kOrder = OrderOf(kForm);
  const PrefetchA<T, M, kForm> prefetch = {kForm == Form::kFarRows ? next_a : a, a_stride};
  const auto row_of_b = [&](int64_t k, int j) { return b + k * b_stride + 16 * j; };
  if constexpr (T(0.5) != T(0))  // float
    Chain<M, NV, kOrder>(
        count, a, a_stride, [&](int64_t k, int j) { return Load(row_of_b(k, j)); }, acc, prefetch);
  else
    ChainPairs<M, NV, kOrder>(
        count, a, a_stride, [&](int64_t k, int j) { return LoadPairs(row_of_b(k, j)); }, acc, prefetch);
  if (cols_of_last == 16)
    EachVector<M, NV>(c, ldc, [&](float* p, int i, int j) { Store(p, acc[i][j]); });
  else
    EachVector<M, NV>(c, ldc, [&](float* p, int i, int j) {
      if (j + 1 < NV)
        Store(p, acc[i][j]);
      else
        StoreFirst(p, acc[i][j], cols_of_last);
    });
}

template <class T, int NV, Form kForm>
struct TileOf {
  template <int M>
  struct Rows {
    static void Run(int64_t cols_of_last, int64_t count, const T* a, int64_t a_stride, const T* next_a, const T* b,
                    int64_t b_stride, float* c, int64_t ldc, bool accumulate) {
      Tile<T, M, NV, kForm>(cols_of_last, count, a, a_stride, next_a, b, b_stride, c, ldc, accumulate);
    }
  };
};

template <class T, int NV, Form kForm>
void Panel(int64_t m, int64_t cols, int64_t count, const T* a, int64_t a_stride, const T* b, int64_t b_stride, float* c,
           int64_t ldc, bool accumulate) {
  const int64_t cols_of_last = cols - 16 * (NV - 1);
  const int64_t tile_step = kTileRows * (kForm == Form::kColumns ? 1 : a_stride);
  for (int64_t row = 0; row < m; row += kTileRows, a += tile_step, c += kTileRows * ldc) {
    const T* next_a = row + kTileRows < m ? a + tile_step : a;
    WithRows<TileOf<T, NV, kForm>::template Rows>(m - row, cols_of_last, count, a, a_stride, next_a, b, b_stride, c, ldc,
                                                  accumulate);
  }
}

// For a narrow last panel, one vector instead of kTileVectors.
template <class T, Form kForm>
void AnyPanel(int64_t m, int64_t cols, int64_t count, const T* a, int64_t a_stride, const T* b, int64_t b_stride, float* c,
              int64_t ldc, bool accumulate) {
  const auto fn = cols <= 16 ? Panel<T, 1, kForm> : Panel<T, kTileVectors, kForm>;
  fn(m, cols, count, a, a_stride, b, b_stride, c, ldc, accumulate);
}

void GemmPanelF32(int64_t m, int64_t cols, int64_t k, const float* a, int64_t a_rs, int64_t a_cs, const float* b, int64_t b_rs,
                  float* c, int64_t ldc, bool accumulate, bool far_a) {
  if (a_cs != 1)
    AnyPanel<float, Form::kColumns>(m, cols, k, a, a_cs, b, b_rs, c, ldc, accumulate);
  else if (far_a && m > kTileRows)
    AnyPanel<float, Form::kFarRows>(m, cols, k, a, a_rs, b, b_rs, c, ldc, accumulate);
  else
    AnyPanel<float, Form::kRows>(m, cols, k, a, a_rs, b, b_rs, c, ldc, accumulate);
}

void GemmPanelBf16(int64_t m, int64_t cols, int64_t k, const uint32_t* a, int64_t a_rs, int64_t a_cs, const uint16_t* panel,
                   float* c, int64_t ldc, bool accumulate) {
  const auto* pairs = reinterpret_cast<const uint32_t*>(panel);
  if (a_cs != 1)
    AnyPanel<uint32_t, Form::kColumns>(m, cols, k / 2, a, a_cs, pairs, kPanelCols, c, ldc, accumulate);
  else
    AnyPanel<uint32_t, Form::kRows>(m, cols, k / 2, a, a_rs, pairs, kPanelCols, c, ldc, accumulate);
}

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
    .panel_cols = kPanelCols,
    .tile_rows = kTileRows,
    .pack_b_f32 = PackBF32,
    .pack_b_bf16 = PackBBf16,
    .gemm_panel_f32 = GemmPanelF32,
    .gemm_panel_bf16 = GemmPanelBf16,
    .peak_f32 = PeakF32,
    .peak_bf16 = PeakBf16,
};

}  // namespace r1::R1_ISA
