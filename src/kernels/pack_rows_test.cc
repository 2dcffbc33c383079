// Operands packed for a block: the same bits on every instruction set, at once or beside a product.
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/gemm_plan.h"
#include "kernels/test_util.h"

namespace r1 {
namespace {

using test::Buffer;
using test::ForEachTable;
using test::RandomBuffer;

constexpr uint32_t kUntouched = 0x55aa55aa;

// Rows of every bit pattern, and room for their packed form.
class PackCase {
 public:
  PackCase(bool bf16, int64_t rows, int64_t cols, int panel_cols, bool in_panels)
      : panel_cols_(panel_cols),
        source_(RandomBuffer(rows * (cols + 3), 1, 1e3f)),  // bf16 rows take its first half
        packed_rows_(bf16 ? CeilDiv(rows, 2) : rows),
        packed_cols_(RoundUp(cols, 16)) {
    const float special[] = {NAN,         INFINITY,   -INFINITY, -0.0f, 0x0.fffffep-126f, std::numeric_limits<float>::max(),
                             1.00390625f, 1.01171875f};
    for (int64_t i = 0; i < source_.size() && i < 8; ++i) source_[i] = special[i];
    const int64_t stride = in_panels ? panel_cols : packed_cols_ + 5;
    const int64_t panel = in_panels ? panel_cols * packed_rows_ : panel_cols;
    packed_.assign(static_cast<size_t>(in_panels ? CeilDiv(cols, panel_cols) * panel : packed_rows_ * stride), kUntouched);
    rows_ = {rows, cols, source_.data(), cols + 3, packed_.data(), stride, panel};
  }
  const PackRows& rows() const { return rows_; }
  // In the order of the matrix.
  std::vector<uint32_t> Result() const {
    std::vector<uint32_t> result;
    for (int64_t row = 0; row < packed_rows_; ++row)
      for (int64_t col = 0; col < packed_cols_; ++col)
        result.push_back(
            packed_[static_cast<size_t>(row * rows_.packed_stride + col / panel_cols_ * rows_.packed_panel + col % panel_cols_)]);
    return result;
  }

 private:
  int panel_cols_;
  Buffer source_;
  int64_t packed_rows_, packed_cols_;
  std::vector<uint32_t> packed_;
  PackRows rows_;
};

// Floats, or bf16 pairs that are numbers: which of several NaNs a product keeps is nobody's promise.
Buffer RandomOperand(bool bf16, int64_t size, uint64_t seed) {
  Buffer operand = RandomBuffer(size, seed);
  for (int64_t i = 0; bf16 && i < size; ++i) {
    const uint32_t half = std::bit_cast<uint32_t>(operand[i]) >> 16;
    operand[i] = std::bit_cast<float>(half << 16 | half);
  }
  return operand;
}

std::vector<uint32_t> Expected(bool bf16, int64_t rows, int64_t cols) {
  const KernelTable& reference = ReferenceKernels();
  PackCase expected(bf16, rows, cols, reference.panel_cols, false);
  (bf16 ? reference.pack_rows_bf16 : reference.pack_rows_f32)(expected.rows());
  return expected.Result();
}

TEST(PackRowsTest, EqualsTheReferenceForEveryShape) {
  ForEachTable([](const KernelTable& table) {
    for (bool bf16 : {false, true})
      for (auto [rows, cols] : {std::array<int64_t, 2>{1, 1}, {2, 16}, {3, 17}, {8, 32}, {5, 33}, {7, 63}, {4, 96}, {33, 100}})
        for (bool in_panels : {false, true}) {
          PackCase pack(bf16, rows, cols, table.panel_cols, in_panels);
          (bf16 ? table.pack_rows_bf16 : table.pack_rows_f32)(pack.rows());
          EXPECT_EQ(pack.Result(), Expected(bf16, rows, cols)) << rows << " x " << cols;
        }
  });
}

TEST(PackPanelTest, RoundsToBf16LikeTheReferenceIncludingSpecialValues) {
  constexpr int64_t k = 6;
  const auto check = [](const KernelTable& table) {
    for (int64_t cols : {table.panel_cols, table.panel_cols - 3}) {
      Buffer rows = RandomBuffer(k * cols, 1, 1e3f);
      const float special[] = {NAN,         INFINITY,   -INFINITY, -0.0f, 1e-40f, std::numeric_limits<float>::max(),
                               1.00390625f, 1.01171875f};
      for (int64_t i = 0; i < 8; ++i) rows[i] = rows[k * cols - 1 - i] = special[i];
      std::vector<uint16_t> rounded(static_cast<size_t>(k * cols)), panel(static_cast<size_t>(k * table.panel_cols));
      ReferenceKernels().to_bf16(k * cols, rows.data(), rounded.data());
      table.pack_b_bf16(k, cols, rows.data(), cols, 1, panel.data());
      for (int64_t i = 0; i < k; ++i)
        for (int64_t j = 0; j < cols; ++j)
          EXPECT_EQ(panel[static_cast<size_t>((i / 2 * table.panel_cols + j) * 2 + i % 2)],
                    rounded[static_cast<size_t>(i * cols + j)])
              << i << ", " << j;
    }
  };
  check(ReferenceKernels());
  ForEachTable(check);
}

// Whatever the number of tiles and steps: more than there is to pack, or fewer.
TEST(PackRowsTest, ABlockPacksTheNextOneAndItsOwnProductIsTheSame) {
  ForEachTable([](const KernelTable& table) {
    for (bool bf16 : {false, true}) {
      if (bf16 && table.widens_bf16_a) continue;
      for (auto [m, cols, k] : {std::array<int64_t, 3>{1, 1, 1}, {3, 20, 5}, {25, 70, 40}, {12, 32, 200}, {40, 96, 16}})
        for (auto [rows, width] : {std::array<int64_t, 2>{0, 0}, {1, 7}, {6, 48}, {64, 160}, {33, 97}, {200, 64}}) {
          SCOPED_TRACE(testing::Message() << "block " << m << " x " << cols << " x " << k << ", rows " << rows << " x " << width
                                          << (bf16 ? " bf16" : " f32"));
          const Buffer a = RandomOperand(bf16, (m + 1) * k, 3), b = RandomOperand(bf16, RoundUp(cols, table.panel_cols) * k, 4);
          Buffer alone(m * cols, 0), c(m * cols, 0);
          PackCase first(bf16, rows, width, table.panel_cols, false), second(bf16, rows + 1, width + 1, table.panel_cols, true);
          GemmBlock block = {.m = m,
                             .cols = cols,
                             .k = k,
                             .a = a.data(),
                             .a_rs = 1,
                             .a_cs = m + 1,
                             .b = b.data(),
                             .b_rs = table.panel_cols,
                             .b_panel = table.panel_cols * k,
                             .c = alone.data(),
                             .ldc = cols};
          const auto run = bf16 ? table.gemm_bf16 : table.gemm_f32;
          run(block);
          block.c = c.data();
          block.next[0] = first.rows();
          block.next[1] = second.rows();
          run(block);
          EXPECT_EQ(c, alone);
          EXPECT_TRUE(c.GuardsIntact());
          EXPECT_EQ(first.Result(), Expected(bf16, rows, width));
          EXPECT_EQ(second.Result(), Expected(bf16, rows + 1, width + 1));
        }
    }
  });
}

}  // namespace
}  // namespace r1
