// The matrix product's promise: one chain per element, whatever the tiling, threads, instruction set, batch or chunking.
#include "kernels/gemm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

#include "base/bf16.h"
#include "kernels/cpu/bf16_probe.h"
#include "kernels/test_util.h"

namespace r1 {
namespace {

using test::Buffer;
using test::FastTables;
using test::ForEachTable;
using test::Hash;
using test::RandomBuffer;

struct Strides {
  int64_t row, col;
};
// How A [m, k] and B [k, n] lie in memory in the three products of a linear layer y = x W^T.
enum class Form { kForward, kInputGradient, kWeightGradient };
Strides OfA(Form form, int64_t m, int64_t k) { return form == Form::kWeightGradient ? Strides{1, m} : Strides{k, 1}; }
Strides OfB(Form form, int64_t k, int64_t n) { return form == Form::kForward ? Strides{1, k} : Strides{n, 1}; }

// The definition, element by element.
float Element(GemmType type, const float* a, Strides sa, const float* b, Strides sb, int64_t row, int64_t col, int64_t k,
              float sum) {
  const auto at = [&](int64_t i) { return a[row * sa.row + i * sa.col]; };
  const auto bt = [&](int64_t i) { return b[i * sb.row + col * sb.col]; };
  const auto round = [](float x) { return Bf16ToFloat(FloatToBf16(x)); };
  if (type == GemmType::kF32) {
    for (int64_t i = 0; i < k; ++i) sum = std::fma(at(i), bt(i), sum);
    return sum;
  }
  for (int64_t begin = 0; begin < k; begin += kBf16Block) {
    float chains[2] = {0.0f, 0.0f};
    for (int64_t i = begin; i < std::min(k, begin + kBf16Block); ++i)
      chains[i % 2] = std::fma(round(at(i)), round(bt(i)), chains[i % 2]);
    sum += chains[0] + chains[1];
  }
  return sum;
}

// The last shape's B is large enough to be asked for ahead; the one before has rows enough for panels to be widened once.
TEST(GemmTest, EveryElementIsOneChain) {
  ThreadPool pool(2);
  std::vector<const KernelTable*> tables = FastTables();
  tables.push_back(&ReferenceKernels());
  for (const KernelTable* table : tables)
    for (GemmType type : {GemmType::kF32, GemmType::kBF16})
      for (Form form : {Form::kForward, Form::kInputGradient, Form::kWeightGradient})
        for (auto [m, n, k] : {std::array<int64_t, 3>{1, 1, 1},
                               {3, 5, 2},
                               {13, 33, 7},
                               {25, 48, 64},
                               {5, 97, 515},
                               {14, 17, 1031},
                               {51, 49, 1031},
                               {2, 1024, 600}}) {
          SCOPED_TRACE(testing::Message() << table->isa << " m " << m << " n " << n << " k " << k << " form "
                                          << static_cast<int>(form) << (type == GemmType::kF32 ? " f32" : " bf16"));
          const Strides sa = OfA(form, m, k), sb = OfB(form, k, n);
          const Buffer a = RandomBuffer(m * k, 1), b = RandomBuffer(k * n, 2);
          Buffer c = RandomBuffer(m * n, 3), start = c;
          PackedMatrix packed;
          packed.Pack(*table, pool, type, k, n, b.data(), sb.row, sb.col);
          for (bool accumulate : {true, false}) {
            Gemm(*table, pool, m, a.data(), sa.row, sa.col, packed, c.data(), n, accumulate);
            for (int64_t i = 0; i < m; ++i)
              for (int64_t j = 0; j < n; ++j)
                ASSERT_EQ(c[i * n + j], Element(type, a.data(), sa, b.data(), sb, i, j, k, accumulate ? start[i * n + j] : 0.0f))
                    << i << ", " << j;
            ASSERT_TRUE(c.GuardsIntact());
          }
        }
}

TEST(GemmTest, BatchThreadsAndInstructionSetChangeNoBit) {
  const int64_t k = 200, n = 96, most = 333;
  const Buffer a = RandomBuffer(most * k, 1), b = RandomBuffer(k * n, 2);
  for (GemmType type : {GemmType::kF32, GemmType::kBF16})
    for (Form form : {Form::kForward, Form::kInputGradient, Form::kWeightGradient}) {
      const Strides sa = OfA(form, most, k), sb = OfB(form, k, n);
      std::map<int64_t, uint64_t> hashes;
      std::vector<float> whole;
      for (int threads : {1, 2, 3}) {
        ThreadPool pool(threads);
        ForEachTable([&](const KernelTable& table) {
          PackedMatrix packed;
          packed.Pack(table, pool, type, k, n, b.data(), sb.row, sb.col);
          for (int64_t m : {333, 1, 2, 7, 16, 64}) {
            Buffer c(m * n, 1);
            Gemm(table, pool, m, a.data(), sa.row, sa.col, packed, c.data(), n);
            const auto [it, fresh] = hashes.try_emplace(m, Hash(c.data(), m * n));
            EXPECT_EQ(it->second, Hash(c.data(), m * n)) << "m " << m << " threads " << threads;
            if (whole.empty()) whole.assign(c.data(), c.data() + m * n);
            EXPECT_EQ(std::memcmp(c.data(), whole.data(), c.bytes()), 0) << "m " << m;
          }
        });
      }
    }
}

TEST(GemmTest, AccumulatingInChunksEqualsOneCall) {
  ThreadPool pool(2);
  const int64_t m = 70, n = 40, k = 600;
  for (GemmType type : {GemmType::kF32, GemmType::kBF16})
    ForEachTable([&](const KernelTable& table) {
      // dW += dY^T X over chunks of tokens; for bf16 a chunk has whole blocks of them.
      const Buffer dy = RandomBuffer(k * m, 1), x = RandomBuffer(k * n, 2);
      Buffer whole(m * n, 0), chunked(m * n, 0);
      PackedMatrix packed;
      packed.Pack(table, pool, type, k, n, x.data(), n, 1);
      Gemm(table, pool, m, dy.data(), 1, m, packed, whole.data(), n);
      int64_t begin = 0;
      for (int64_t end : {int64_t{32}, int64_t{128}, k}) {
        packed.Pack(table, pool, type, end - begin, n, x.data() + begin * n, n, 1);
        Gemm(table, pool, m, dy.data() + begin * m, 1, m, packed, chunked.data(), n, begin > 0);
        begin = end;
      }
      EXPECT_EQ(whole, chunked);
    });
}

TEST(GemmTest, TransposedEqualsPackedForEveryShape) {
  const int64_t most_k = 1100, most = 1100;
  const Buffer dy = RandomBuffer(most_k * most, 1), x = RandomBuffer(most_k * most, 2);
  for (int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    for (const KernelTable* table : FastTables())
      for (GemmType type : {GemmType::kF32, GemmType::kBF16})
        for (auto [m, n, lda, ldb, k] : {std::array<int64_t, 5>{24, 16, 24, 16, 300},
                                         {704, 128, 704, 128, 300},
                                         {100, 48, 100, 48, 1100},
                                         {37, 33, 40, 33, 299},
                                         {16, 96, 1024, 1024, 1024},
                                         {300, 400, 300, 401, 255},
                                         {50, 80, 256, 256, 700},
                                         {1, 16, 1, 17, 1}}) {
          if (table->isa == std::string("generic") && m * n > 10'000) continue;  // slow
          SCOPED_TRACE(testing::Message() << table->isa << " m " << m << " n " << n << " k " << k << " threads " << threads
                                          << (type == GemmType::kF32 ? " f32" : " bf16"));
          Buffer expected = RandomBuffer(m * n, 3), c = expected;
          const float start = c[m * n - 1];
          PackedMatrix packed;
          packed.Pack(*table, pool, type, k, n, x.data(), ldb, 1);
          for (bool accumulate : {true, false}) {
            Gemm(*table, pool, m, dy.data(), 1, lda, packed, expected.data(), n, accumulate);
            GemmTransposed(*table, pool, type, k, m, n, dy.data(), lda, x.data(), ldb, c.data(), n, accumulate);
            EXPECT_EQ(c, expected);
            EXPECT_EQ(c[m * n - 1],
                      Element(type, dy.data(), {1, lda}, x.data(), {ldb, 1}, m - 1, n - 1, k, accumulate ? start : 0.0f));
            EXPECT_TRUE(c.GuardsIntact());
          }
        }
  }
}

// A sum over rows of several documents: blocks begin anew with each, so that their bits are those of documents one by one.
TEST(GemmTest, SegmentsGiveTheBitsOfOneCallForEach) {
  const int64_t m = 50, n = 40, k = 700;
  const Buffer dy = RandomBuffer(k * m, 1), x = RandomBuffer(k * n, 2);
  const std::vector<int64_t> ends = {1, 33, 97, 97, 130, 500, 531, 700};
  for (int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    for (GemmType type : {GemmType::kF32, GemmType::kBF16})
      ForEachTable([&](const KernelTable& table) {
        Buffer whole(m * n, 0), apart(m * n, 0);
        GemmTransposed(table, pool, type, k, m, n, dy.data(), m, x.data(), n, whole.data(), n, false, ends);
        for (size_t i = 0; i < ends.size(); ++i) {
          const int64_t begin = i == 0 ? 0 : ends[i - 1];
          GemmTransposed(table, pool, type, ends[i] - begin, m, n, dy.data() + begin * m, m, x.data() + begin * n, n, apart.data(),
                         n, i > 0);
        }
        EXPECT_EQ(whole, apart) << (type == GemmType::kF32 ? "f32" : "bf16") << ", threads " << threads;
        // A segment may go on in another call after whole blocks of it.
        Buffer cut(m * n, 0);
        const std::vector<int64_t> first = {1, 33, 97, 97, 130, 258}, second = {242, 273, 442};
        GemmTransposed(table, pool, type, 258, m, n, dy.data(), m, x.data(), n, cut.data(), n, false, first);
        GemmTransposed(table, pool, type, k - 258, m, n, dy.data() + 258 * m, m, x.data() + 258 * n, n, cut.data(), n, true,
                       second);
        EXPECT_EQ(cut, whole);
      });
  }
}

TEST(GemmTest, StridedOperandsAndOutputEqualContiguousOnes) {
  ThreadPool pool(2);
  const int64_t m = 37, n = 50, k = 130;
  const Buffer a = RandomBuffer(m * k * 6, 1), b = RandomBuffer(n * k * 6, 2);
  for (GemmType type : {GemmType::kF32, GemmType::kBF16})
    ForEachTable([&](const KernelTable& table) {
      for (Strides sa : {Strides{2 * k, 2}, {3 * k, 1}, {1, 1024}, {1, 3 * m}, {k + 1, 1}})
        for (Strides sb : {Strides{2, 2 * k}, {3 * n, 3}, {n + 1, 1}, {1, k + 1}}) {
          if (sa.col * (k - 1) + sa.row * (m - 1) >= a.size()) continue;
          PackedMatrix packed;
          packed.Pack(table, pool, type, k, n, b.data(), sb.row, sb.col);
          Buffer c(m * (n + 9), 1);
          Gemm(table, pool, m, a.data(), sa.row, sa.col, packed, c.data(), n + 9);
          for (int64_t i = 0; i < m; i += 9)
            for (int64_t j = 0; j < n; j += 7)
              ASSERT_EQ(c[i * (n + 9) + j], Element(type, a.data(), sa, b.data(), sb, i, j, k, 0.0f));
          EXPECT_EQ(c[n], 12345.0f) << "wrote beyond a row";
          EXPECT_TRUE(c.GuardsIntact());
        }
    });
}

// Rows of C that are 4096 bytes apart meet in few sets of the cache; between two steps of k they are kept elsewhere.
TEST(GemmTest, RowsThatMeetInTheCacheEqualOthers) {
  const int64_t m = 52, n = 80, k = 1100, apart = 1024;
  const Buffer a = RandomBuffer(m * k, 1), b = RandomBuffer(n * k, 2), start = RandomBuffer(m * apart, 3);
  for (int threads : {1, 3}) {
    ThreadPool pool(threads);
    ForEachTable([&](const KernelTable& table) {
      for (GemmType type : {GemmType::kF32, GemmType::kBF16})
        for (Form form : {Form::kForward, Form::kWeightGradient})
          for (bool accumulate : {false, true}) {
            const Strides sa = OfA(form, m, k), sb = OfB(form, k, n);
            PackedMatrix packed;
            packed.Pack(table, pool, type, k, n, b.data(), sb.row, sb.col);
            Buffer c = start;
            Gemm(table, pool, m, a.data(), sa.row, sa.col, packed, c.data(), apart, accumulate);
            for (int64_t i = 0; i < m; i += 3)
              for (int64_t j = 0; j < n; j += 7)
                ASSERT_EQ(c[i * apart + j],
                          Element(type, a.data(), sa, b.data(), sb, i, j, k, accumulate ? start[i * apart + j] : 0.0f))
                    << i << ", " << j;
            EXPECT_EQ(c[n], start[n]) << "wrote beyond a row";
            EXPECT_TRUE(c.GuardsIntact());
          }
    });
  }
}

TEST(GemmTest, Bf16InputEqualsRoundedF32Input) {
  ThreadPool pool(2);
  ForEachTable([&](const KernelTable& table) {
    for (int64_t k : {64, 65, 700}) {
      const int64_t m = 30, n = 40;
      const Buffer a = RandomBuffer(m * (k + 1), 1), b = RandomBuffer(n * k, 2);
      PackedMatrix packed;
      packed.Pack(table, pool, GemmType::kBF16, k, n, b.data(), 1, k);
      Buffer expected(m * n, 0), c(m * n, 0);
      Gemm(table, pool, m, a.data(), k + 1, 1, packed, expected.data(), n);
      const Bf16Rows rows(table, pool, m, k, a.data(), k + 1);
      GemmBf16(table, pool, rows, packed, c.data(), n);
      EXPECT_EQ(c, expected) << "k " << k;
      Buffer in_parts(m * n, 0);
      for (auto [first, count] : {std::array<int64_t, 2>{0, 7}, {7, 1}, {8, 22}})
        GemmBf16(table, pool, rows, first, count, packed, in_parts.data() + first * n, n);
      EXPECT_EQ(in_parts, expected) << "k " << k << " in parts";
    }
  });
}

TEST(GemmTest, RepackingReusesTheBufferButNotOneThatACopyHolds) {
  ThreadPool pool(1);
  const KernelTable& table = DefaultKernels();
  const Buffer b = RandomBuffer(64 * 64, 1), other = RandomBuffer(64 * 64, 2), a = RandomBuffer(64, 3);
  PackedMatrix packed;
  EXPECT_TRUE(packed.empty());
  packed.Pack(table, pool, GemmType::kF32, 64, 64, b.data(), 64, 1);
  const void* buffer = packed.data();
  packed.Pack(table, pool, GemmType::kF32, 60, 64, b.data(), 64, 1);
  EXPECT_EQ(packed.data(), buffer);
  packed.Pack(table, pool, GemmType::kF32, 64, 64, b.data(), 64, 1);
  PackedMatrix copy = packed;
  packed.Pack(table, pool, GemmType::kF32, 64, 64, other.data(), 64, 1);
  Buffer c(64, 0);
  Gemm(table, pool, 1, a.data(), 64, 1, copy, c.data(), 64);
  EXPECT_EQ(c[5], Element(GemmType::kF32, a.data(), {64, 1}, b.data(), {64, 1}, 0, 5, 64, 0.0f));
}

TEST(GemmTest, EmptyProducts) {
  ThreadPool pool(2);
  const KernelTable& table = DefaultKernels();
  const Buffer a = RandomBuffer(64, 1);
  PackedMatrix packed;
  packed.Pack(table, pool, GemmType::kF32, 0, 4, a.data(), 4, 1);
  float c[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  Gemm(table, pool, 2, a.data(), 1, 1, packed, c, 4, true);
  EXPECT_EQ(c[7], 1.0f);
  Gemm(table, pool, 2, a.data(), 1, 1, packed, c, 4, false);
  EXPECT_EQ(c[7], 0.0f);
  Gemm(table, pool, 0, a.data(), 1, 1, packed, c, 4);
}

TEST(GemmTest, Bf16SelfTestAcceptsTheContractAndRejectsAnotherOrder) {
  ForEachTable([](const KernelTable& table) { EXPECT_TRUE(Bf16ProductsKeepTheContract(table)); });
  static const KernelTable& reference = ReferenceKernels();
  KernelTable other = reference;
  EXPECT_TRUE(Bf16ProductsKeepTheContract(other));
  other.gemm_bf16 = [](const GemmBlock& g) {
    const auto *a = static_cast<const uint32_t*>(g.a), *b = static_cast<const uint32_t*>(g.b);
    const auto half = [](uint32_t pair, int64_t i) { return Bf16ToFloat(static_cast<Bf16>(i % 2 ? pair >> 16 : pair)); };
    for (int64_t row = 0; row < g.m; ++row)
      for (int64_t col = 0; col < g.cols; ++col) {
        float sum = g.old != nullptr ? g.old[row * g.ld_old + col] : 0.0f;
        const uint32_t* column = b + col / reference.panel_cols * g.b_panel + col % reference.panel_cols;
        for (int64_t i = 0; i < 2 * g.k; ++i)  // one chain of all
          sum = std::fma(half(a[row * g.a_rs + i / 2 * g.a_cs], i), half(column[i / 2 * g.b_rs], i), sum);
        g.c[row * g.ldc + col] = sum;
      }
  };
  EXPECT_FALSE(Bf16ProductsKeepTheContract(other));
}

TEST(KernelsTest, TablesAreCompleteAndNamed) {
  for (const char* isa : {"reference", "generic"}) ASSERT_NE(KernelsByName(isa), nullptr) << isa;
  EXPECT_EQ(KernelsByName("pdp11"), nullptr);
  ForEachTable([](const KernelTable& table) { EXPECT_EQ(KernelsByName(table.isa), &table); });
  EXPECT_EQ(KernelsByName(DefaultKernels().isa), &DefaultKernels());
}

}  // namespace
}  // namespace r1
