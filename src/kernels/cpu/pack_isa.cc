// Operands in the forms that the tiles of gemm_isa.cc read: panels of B, packed once for many products, and rows for one block. A
// panel has kPanelCols columns; its rows lie one after the other.
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

template <class T>
void Pack(const PackRows& rows) {
  PackPart<T>(rows, 0, (rows.cols + 15) / 16, 0, PackedRows<T>(rows));
}

}  // namespace

const KernelTable kPackTable = {
    .isa = R1_ISA_NAME,
    .panel_cols = kPanelCols,
    .pack_b_f32 = PackBF32,
    .pack_b_bf16 = PackBBf16,
    .pack_rows_f32 = Pack<float>,
    .pack_rows_bf16 = Pack<uint32_t>,
};

}  // namespace r1::R1_ISA
