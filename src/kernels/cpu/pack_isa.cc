// Operands in the forms that the tiles of gemm_isa.cc read: panels of B, packed once for many products, and rows for one block. A
// panel has kPanelCols columns; its rows lie one after the other.
#include "kernels/cpu/bf16_pairs.h"
#include "kernels/cpu/pack_rows.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

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

// Sixteen columns of row r, or zeros beyond the last row.
R1_INLINE V LoadColumns(const PackRows& p, int64_t v, int64_t r) {
  const int64_t left = p.cols - 16 * v;
  const float* row = SourceAt(p, v, r);
  return r >= p.rows || left <= 0 ? Zero() : left >= 16 ? Load(row) : LoadFirst(row, left);
}

// The first `vectors` vectors of all rows, rounded and joined to pairs.
R1_INLINE void JoinRows(const PackRows& p, int64_t vectors) {
  const int64_t whole_vectors = p.cols / 16 < vectors ? p.cols / 16 : vectors;
  for (int64_t begin = 0; begin < p.rows; begin += kBf16Block) {
    const bool whole_rows = p.rows - begin >= kBf16Block;
    for (int64_t i = 0; i < kBf16Block / 2; ++i) {
      const Joined rows = JoinedInPair(static_cast<int>(i));
      const float *low = SourceAt(p, 0, begin + rows.low), *high = SourceAt(p, 0, begin + rows.high);
      const int64_t to = (begin / 2 + i) * p.packed_stride, ahead = kBf16Block * p.stride;
      int64_t v = 0;
      for (; whole_rows && v < whole_vectors; ++v) {
        __builtin_prefetch(low + ahead + 16 * v, 0, 2);  // to the second level: the first cannot wait for as many lines
        __builtin_prefetch(high + ahead + 16 * v, 0, 2);
        StorePairs(PackedAt<uint32_t>(p, v) + to, Load(low + 16 * v), Load(high + 16 * v));
      }
      for (; v < vectors; ++v)
        StorePairs(PackedAt<uint32_t>(p, v) + to, LoadColumns(p, v, begin + rows.low), LoadColumns(p, v, begin + rows.high));
    }
  }
}

// Columns that are contiguous go through a small f32 panel.
void PackBBf16(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel) {
  if (b_cs == 1) return JoinRows({k, cols, b, b_rs, panel, kPanelCols}, kTileVectors);
  constexpr int64_t kRows = 2 * kBf16Block;
  float rows[kRows * kPanelCols];
  for (int64_t begin = 0; begin < k; begin += kRows) {
    const int64_t count = k - begin < kRows ? k - begin : kRows;
    PackBF32(count, cols, b + begin * b_rs, b_rs, b_cs, rows);
    JoinRows({count, kPanelCols, rows, kPanelCols, panel + begin * kPanelCols, kPanelCols}, kTileVectors);
  }
}

void PackABf16(int64_t k, const float* row, uint16_t* packed) {
  int64_t i = 0;
  for (; i + kBf16Block <= k; i += kBf16Block) StoreInPairs(packed + i, Load(row + i), Load(row + i + 16));
  if (i == k) return;
  const int64_t left = k - i;
  StoreInPairs(packed + i, left >= 16 ? Load(row + i) : LoadFirst(row + i, left),
               left > 16 ? LoadFirst(row + i + 16, left - 16) : Zero());
}

void PackRowsF32(const PackRows& rows) { PackPart(rows, 0, (rows.cols + 15) / 16, 0, rows.rows); }
void PackRowsBf16(const PackRows& rows) { JoinRows(rows, (rows.cols + 15) / 16); }

}  // namespace

const KernelTable kPackTable = {
    .isa = R1_ISA_NAME,
    .panel_cols = kPanelCols,
    .pack_b_f32 = PackBF32,
    .pack_b_bf16 = PackBBf16,
    .pack_a_bf16 = PackABf16,
    .pack_rows_f32 = PackRowsF32,
    .pack_rows_bf16 = PackRowsBf16,
};

}  // namespace r1::R1_ISA
