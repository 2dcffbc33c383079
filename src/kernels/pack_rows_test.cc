// Operands packed for a block: the same bits on every instruction set, at once or beside a product.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/bf16.h"
#include "kernels/gemm_plan.h"
#include "kernels/test_util.h"

namespace r1 {
namespace {

using test::Buffer;
using test::ForEachTable;
using test::RandomBuffer;

constexpr uint32_t kUntouched = 0x55aa55aa;

// Rows of every kind of number, and room for their packed form.
class PackCase {
 public:
  PackCase(int64_t rows, int64_t cols, int panel_cols, bool in_panels)
      : panel_cols_(panel_cols), source_(RandomBuffer(rows * (cols + 3), 1, 1e3f)), packed_cols_(RoundUp(cols, 16)) {
    const float special[] = {NAN,         INFINITY,   -INFINITY, -0.0f, 0x0.fffffep-126f, std::numeric_limits<float>::max(),
                             1.00390625f, 1.01171875f};
    for (int64_t i = 0; i < source_.size() && i < 8; ++i) source_[i] = special[i];
    const int64_t stride = in_panels ? panel_cols : packed_cols_ + 5;
    const int64_t panel = in_panels ? panel_cols * rows : panel_cols;
    packed_.assign(static_cast<size_t>(in_panels ? CeilDiv(cols, panel_cols) * panel : rows * stride), kUntouched);
    rows_ = {rows, cols, source_.data(), cols + 3, packed_.data(), stride, panel};
  }
  const PackRows& rows() const { return rows_; }
  // In the order of the matrix.
  std::vector<uint32_t> Result() const {
    std::vector<uint32_t> result;
    for (int64_t row = 0; row < rows_.rows; ++row)
      for (int64_t col = 0; col < packed_cols_; ++col)
        result.push_back(
            packed_[static_cast<size_t>(row * rows_.packed_stride + col / panel_cols_ * rows_.packed_panel + col % panel_cols_)]);
    return result;
  }

 private:
  int panel_cols_;
  Buffer source_;
  int64_t packed_cols_;
  std::vector<uint32_t> packed_;
  PackRows rows_;
};

std::vector<uint32_t> Expected(int64_t rows, int64_t cols) {
  PackCase expected(rows, cols, ReferenceKernels().panel_cols, false);
  ReferenceKernels().pack_rows_f32(expected.rows());
  return expected.Result();
}

TEST(PackRowsTest, EqualsTheReferenceForEveryShape) {
  ForEachTable([](const KernelTable& table) {
    for (auto [rows, cols] : {std::array<int64_t, 2>{1, 1}, {2, 16}, {3, 17}, {8, 32}, {5, 33}, {7, 63}, {4, 96}, {33, 100}})
      for (bool in_panels : {false, true}) {
        PackCase pack(rows, cols, table.panel_cols, in_panels);
        table.pack_rows_f32(pack.rows());
        EXPECT_EQ(pack.Result(), Expected(rows, cols)) << rows << " x " << cols;
      }
  });
}

// The bf16 of one column in the order of a table's pairs, low half first.
using Column = std::vector<uint16_t>;

// Every table has its own order of pairs, the same for all three forms. It can be read off a row of 0, 1, 2, ...
class Bf16OrderTest : public testing::Test {
 protected:
  // Where element i of a block of the table's order comes from.
  static std::vector<int64_t> Order(const KernelTable& table) {
    Buffer counts(kBf16Block, 0);
    for (int64_t i = 0; i < kBf16Block; ++i) counts[i] = static_cast<float>(i);
    std::vector<uint16_t> packed(kBf16Block);
    table.pack_a_bf16(kBf16Block, counts.data(), packed.data());
    std::vector<int64_t> order;
    for (uint16_t value : packed) order.push_back(static_cast<int64_t>(Bf16ToFloat(value)));
    return order;
  }
  // Column `col` of [k, cols], rounded as the reference rounds, in that order and with zeros at the end.
  static Column InOrder(const std::vector<int64_t>& order, const Buffer& values, int64_t k, int64_t cols, int64_t col) {
    Column column;
    for (int64_t i = 0; i < RoundUp(k, kBf16Block); ++i) {
      const int64_t row = i / kBf16Block * kBf16Block + order[static_cast<size_t>(i % kBf16Block)];
      uint16_t rounded = 0;
      if (row < k) ReferenceKernels().to_bf16(1, values.data() + row * cols + col, &rounded);
      column.push_back(rounded);
    }
    return column;
  }
  // As pairs lie: row i / 2 of pairs `stride` apart.
  static Column ColumnAt(const uint32_t* pairs, int64_t stride, int64_t size) {
    Column column;
    for (int64_t i = 0; i < size; ++i) column.push_back(static_cast<uint16_t>(pairs[i / 2 * stride] >> (i % 2 * 16)));
    return column;
  }
};

TEST_F(Bf16OrderTest, AllFormsRoundLikeTheReferenceAndAgreeOnTheOrderOfPairs) {
  std::vector<const KernelTable*> tables = test::FastTables();
  tables.push_back(&ReferenceKernels());
  for (const KernelTable* table : tables) {
    const std::vector<int64_t> order = Order(*table);
    for (auto [k, cols] : {std::array<int64_t, 2>{1, 1}, {32, 16}, {33, 40}, {70, 17}, {64, 64}, {100, 5}}) {
      SCOPED_TRACE(testing::Message() << table->isa << " " << k << " x " << cols);
      Buffer rows = RandomBuffer(k * cols, 1, 1e3f);
      const float special[] = {NAN,         INFINITY,   -INFINITY, -0.0f, 1e-40f, std::numeric_limits<float>::max(),
                               1.00390625f, 1.01171875f};
      for (int64_t i = 0; i < 8 && i < k * cols; ++i) rows[k * cols - 1 - i] = special[i];
      const int64_t size = RoundUp(k, kBf16Block), panel = table->panel_cols, stride = RoundUp(cols, 16) + 3;
      std::vector<uint32_t> columns(static_cast<size_t>(size / 2 * stride), kUntouched);
      table->pack_rows_bf16({k, cols, rows.data(), cols, columns.data(), stride, panel});
      for (int64_t col = 0; col < cols; ++col) {
        const Column expected = InOrder(order, rows, k, cols, col);
        EXPECT_EQ(ColumnAt(columns.data() + col, stride, size), expected) << "rows, column " << col;
        Buffer alone(k, 0);
        for (int64_t i = 0; i < k; ++i) alone[i] = rows[i * cols + col];
        Column packed(static_cast<size_t>(size));
        table->pack_a_bf16(k, alone.data(), packed.data());
        EXPECT_EQ(packed, expected) << "A, column " << col;
      }
      EXPECT_EQ(columns[static_cast<size_t>(stride - 1)], kUntouched) << "wrote beyond a row";
      // B as it lies in memory, and turned.
      Buffer turned(k * cols, 0);
      for (int64_t i = 0; i < k * cols; ++i) turned[i % cols * k + i / cols] = rows[i];
      for (int64_t begin = 0; begin < cols; begin += panel)
        for (bool turn : {false, true}) {
          std::vector<uint32_t> packed(static_cast<size_t>(size / 2 * panel), kUntouched);
          const int64_t count = std::min(panel, cols - begin);
          table->pack_b_bf16(k, count, turn ? turned.data() + begin * k : rows.data() + begin, turn ? 1 : cols, turn ? k : 1,
                             reinterpret_cast<uint16_t*>(packed.data()));
          for (int64_t col = 0; col < count; ++col)
            EXPECT_EQ(ColumnAt(packed.data() + col, panel, size), InOrder(order, rows, k, cols, begin + col))
                << "B, column " << begin + col;
        }
    }
  }
}

// Whatever the number of tiles and steps: more than there is to pack, or fewer.
TEST(PackRowsTest, ABlockPacksTheNextOneAndItsOwnProductIsTheSame) {
  ForEachTable([](const KernelTable& table) {
    for (auto [m, cols, k] : {std::array<int64_t, 3>{1, 1, 1}, {3, 20, 5}, {25, 70, 40}, {12, 32, 200}, {40, 96, 16}})
      for (auto [rows, width] : {std::array<int64_t, 2>{0, 0}, {1, 7}, {6, 48}, {64, 160}, {33, 97}, {200, 64}}) {
        SCOPED_TRACE(testing::Message() << "block " << m << " x " << cols << " x " << k << ", rows " << rows << " x " << width);
        const Buffer a = RandomBuffer((m + 1) * k, 3), b = RandomBuffer(RoundUp(cols, table.panel_cols) * k, 4);
        Buffer alone(m * cols, 0), c(m * cols, 0);
        PackCase first(rows, width, table.panel_cols, false), second(rows + 1, width + 1, table.panel_cols, true);
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
        table.gemm_f32(block);
        block.c = c.data();
        block.next[0] = first.rows();
        block.next[1] = second.rows();
        table.gemm_f32(block);
        EXPECT_EQ(c, alone);
        EXPECT_TRUE(c.GuardsIntact());
        EXPECT_EQ(first.Result(), Expected(rows, width));
        EXPECT_EQ(second.Result(), Expected(rows + 1, width + 1));
      }
  });
}

}  // namespace
}  // namespace r1
