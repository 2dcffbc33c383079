// Attention: every type of the KV cache on every instruction set against the reference; a query alone, in a batch, in chunks and in
// pieces; gradients against differences.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bf16.h"
#include "kernels/log.h"
#include "kernels/test_util.h"

namespace r1 {
namespace {

using test::Buffer;
using test::ForEachTable;
using test::RandomBuffer;

const KernelTable& kRef = ReferenceKernels();
constexpr KvType kTypes[] = {KvType::kF32, KvType::kBF16, KvType::kQ8};
constexpr float kScale = 0.3f;

// One sequence with `context` keys in a cache whose blocks lie in scrambled order, its unwritten places filled with NaN.
struct Case {
  KvType type;
  int64_t context, kv_heads, group, head_dim;
  int64_t q_stride, kv_stride, num_blocks, head_bytes;
  Buffer q, k, v;
  std::vector<int32_t> block_table, slots;
  std::vector<uint8_t> k_cache, v_cache;

  Case(KvType type_, int64_t context_, int64_t kv_heads_, int64_t group_, int64_t head_dim_)
      : type(type_),
        context(context_),
        kv_heads(kv_heads_),
        group(group_),
        head_dim(head_dim_),
        q_stride(kv_heads * group * head_dim + 3),
        kv_stride(kv_heads * head_dim + 5),
        num_blocks((context + kKvBlockSize - 1) / kKvBlockSize),
        head_bytes(KvBlockBytes(type, head_dim)),
        q(RandomBuffer(context * q_stride, 1, 2.0f)),
        k(RandomBuffer(context * kv_stride, 2, 2.0f)),
        v(RandomBuffer(context * kv_stride, 3)),
        k_cache(static_cast<size_t>((num_blocks + 2) * kv_heads * head_bytes), 0xff),
        v_cache(k_cache) {
    for (int64_t b = 0; b < num_blocks; ++b) block_table.push_back(static_cast<int32_t>((b * 5 + 1) % num_blocks + 1));
    if (num_blocks % 5 == 0)
      for (int64_t b = 0; b < num_blocks; ++b) block_table[b] = static_cast<int32_t>(num_blocks - b);
    for (int64_t i = 0; i < context; ++i)
      slots.push_back(block_table[i / kKvBlockSize] * kKvBlockSize + static_cast<int32_t>(i % kKvBlockSize));
  }

  void StoreKeys(const KernelTable& table, int64_t begin, int64_t end) {
    table.store_kv(type, end - begin, kv_heads, head_dim, k.data() + begin * kv_stride, v.data() + begin * kv_stride, kv_stride,
                   slots.data() + begin, k_cache.data(), v_cache.data());
  }

  // Queries [begin, end) of every head into o and lse, whose rows begin at query 0. Scores in runs of `blocks`, values in runs of
  // as many keys and of `dims` dimensions: no bit may depend on either.
  void Attend(const KernelTable& table, int64_t begin, int64_t end, Buffer& o, Buffer& lse, int64_t blocks = 1000,
              int64_t dims = 256) const {
    const int64_t rows = (end - begin) * group, heads = kv_heads * group, width = num_blocks * kKvBlockSize + 16;
    const int64_t query_bytes = KvQueryBytes(type, head_dim);
    std::vector<int32_t> num_keys;
    for (int64_t r = 0; r < rows; ++r) num_keys.push_back(static_cast<int32_t>(begin + r / group + 1));
    for (int64_t h = 0; h < kv_heads; ++h) {
      std::vector<float> query_floats(static_cast<size_t>(rows * query_bytes / 4 + 1), NAN);
      auto* queries = reinterpret_cast<uint8_t*>(query_floats.data());
      std::vector<float> weights(static_cast<size_t>(rows * width), NAN), sums(static_cast<size_t>(rows * head_dim), 0.0f);
      std::vector<float> row_max(static_cast<size_t>(rows)), row_sum(static_cast<size_t>(rows));
      const auto at = [&](int64_t r) { return (begin + r / group) * q_stride + (h * group + r % group) * head_dim; };
      const KvHead head = {type,
                           head_dim,
                           k_cache.data() + h * head_bytes,
                           v_cache.data() + h * head_bytes,
                           kv_heads * head_bytes,
                           block_table.data()};
      const int64_t num = (end + kKvBlockSize - 1) / kKvBlockSize;
      for (int64_t r = 0; r < rows; ++r) table.attention_query(type, head_dim, q.data() + at(r), queries + r * query_bytes);
      for (int64_t b = 0; b < num; b += blocks)
        table.attention_scores(head, rows, num_keys.data(), queries, kScale, b, std::min(num, b + blocks), weights.data(), width);
      for (int64_t r = 0; r < rows; ++r)
        table.attention_weights(type, num_keys[r], weights.data() + r * width, &row_max[r], &row_sum[r]);
      for (int64_t d = 0; d < head_dim; d += dims)
        for (int64_t b = 0; b < num; b += blocks)
          table.attention_values(head, rows, num_keys.data(), b * kKvBlockSize, (b + blocks) * kKvBlockSize, d,
                                 std::min(head_dim, d + dims), weights.data(), width, sums.data());
      for (int64_t r = 0; r < rows; ++r) {
        lse[(begin + r / group) * heads + h * group + r % group] = row_max[r] + Log(row_sum[r]);
        for (int64_t d = 0; d < head_dim; ++d) o[at(r) + d] = sums[r * head_dim + d] * (1.0f / row_sum[r]);
      }
    }
  }

  Buffer Output() const {
    Buffer o(context * q_stride, 1);
    std::fill(o.data(), o.data() + o.size(), 7.0f);
    return o;
  }
  Buffer Lse() const { return Buffer(context * kv_heads * group, 1); }
};

struct Dims {
  int64_t context, kv_heads, group, head_dim;
};
// Heads as in Qwen2.5-0.5B (7 to a group, 64), R1-Distill-Qwen-1.5B (6, 128) and Llama (4, 128), and odd ones.
constexpr Dims kDims[] = {{1, 1, 1, 8},    {5, 2, 3, 16},   {16, 1, 2, 32},  {17, 1, 4, 24},  {40, 2, 1, 64},
                          {77, 1, 2, 32},  {100, 2, 3, 32}, {33, 1, 7, 128}, {130, 1, 1, 40}, {50, 1, 16, 256},
                          {147, 2, 7, 64}, {71, 1, 6, 128}, {83, 1, 4, 80},  {35, 1, 5, 96},  {66, 1, 8, 128}};

template <class Body>
void EachCase(Body body) {
  for (KvType type : kTypes)
    for (const Dims& d : kDims) {
      SCOPED_TRACE(testing::Message() << "type " << static_cast<int>(type) << " context " << d.context << " kv " << d.kv_heads
                                      << " group " << d.group << " dim " << d.head_dim);
      body(type, d);
    }
}

TEST(AttentionTest, EveryTableEqualsTheReference) {
  ThreadPool::EnterNumericsMode();
  EachCase([](KvType type, const Dims& d) {
    Case expected(type, d.context, d.kv_heads, d.group, d.head_dim);
    expected.StoreKeys(kRef, 0, d.context);
    Buffer o = expected.Output(), lse = expected.Lse();
    expected.Attend(kRef, 0, d.context, o, lse);
    ForEachTable([&](const KernelTable& table) {
      Case fast(type, d.context, d.kv_heads, d.group, d.head_dim);
      fast.StoreKeys(table, 0, d.context);
      EXPECT_EQ(fast.k_cache, expected.k_cache);
      EXPECT_EQ(fast.v_cache, expected.v_cache);
      Buffer fast_o = fast.Output(), fast_lse = fast.Lse();
      fast.Attend(table, 0, d.context, fast_o, fast_lse);
      EXPECT_EQ(fast_o, o);
      EXPECT_EQ(fast_lse, lse);
      EXPECT_TRUE(fast_o.GuardsIntact() && fast_lse.GuardsIntact());
    });
  });
}

TEST(AttentionTest, AQueryAloneEqualsTheSameInABatchInChunkedPrefillAndInPieces) {
  ForEachTable([](const KernelTable& table) {
    EachCase([&](KvType type, const Dims& d) {
      Case batch(type, d.context, d.kv_heads, d.group, d.head_dim);
      batch.StoreKeys(table, 0, d.context);
      Buffer o = batch.Output(), lse = batch.Lse();
      batch.Attend(table, 0, d.context, o, lse);
      Buffer piece_o = batch.Output(), piece_lse = batch.Lse();
      batch.Attend(table, 0, d.context, piece_o, piece_lse, 3, 32);
      EXPECT_EQ(piece_o, o);
      EXPECT_EQ(piece_lse, lse);
      for (int64_t chunk : {1, 7, 16, 23}) {  // 1 is decoding: keys appear one by one, the rest of the cache is still NaN
        Case chunks(type, d.context, d.kv_heads, d.group, d.head_dim);
        Buffer chunk_o = chunks.Output(), chunk_lse = chunks.Lse();
        for (int64_t begin = 0; begin < d.context; begin += chunk) {
          const int64_t end = std::min(begin + chunk, d.context);
          chunks.StoreKeys(table, begin, end);
          chunks.Attend(table, begin, end, chunk_o, chunk_lse);
        }
        EXPECT_EQ(chunk_o, o) << "chunks of " << chunk;
        EXPECT_EQ(chunk_lse, lse) << "chunks of " << chunk;
      }
    });
  });
}

TEST(AttentionTest, StoreSkipsNegativeSlots) {
  ForEachTable([](const KernelTable& table) {
    for (KvType type : kTypes) {
      Case c(type, 20, 1, 1, 16);
      Case all = c;
      c.slots[3] = -1;
      c.StoreKeys(table, 0, 20);
      all.StoreKeys(table, 0, 20);
      int64_t differing = 0;
      for (size_t i = 0; i < c.k_cache.size(); ++i) {
        if (c.k_cache[i] == all.k_cache[i]) continue;
        EXPECT_EQ(c.k_cache[i], 0xff);
        ++differing;
      }
      EXPECT_GT(differing, 8);  // sixteen numbers and, in q8, a scale
    }
  });
}

// What a type stores of x, read back through a product with 1: q8 keeps 127 steps of the largest of 32, bf16 8 bits of each.
TEST(AttentionTest, WhatIsStoredIsAsCloseAsTheTypePromises) {
  ThreadPool::EnterNumericsMode();
  for (KvType type : kTypes) {
    Case c(type, 1, 1, 1, 96);
    c.v[40] = 100.0f;  // spoils its own 32 only
    c.StoreKeys(kRef, 0, 1);
    Buffer o = c.Output(), lse = c.Lse();
    c.Attend(kRef, 0, 1, o, lse);
    for (int64_t d = 0; d < 96; ++d) {
      const float amax = d / 32 == 1 ? 100.0f : 1.0f;
      const float bound = type == KvType::kF32 ? 1e-6f : type == KvType::kBF16 ? std::fabs(c.v[d]) * 0x1p-8f : amax * 0.504f / 127;
      EXPECT_NEAR(o[d], c.v[d], bound) << d;
    }
  }
}

TEST(AttentionTest, WhatIsNotFiniteStaysSo) {
  ThreadPool::EnterNumericsMode();
  for (float bad : {NAN, INFINITY, -INFINITY})
    for (KvType type : kTypes)
      for (int64_t d : {0, 15, 16, 37}) {
        Case c(type, 3, 1, 1, 40);
        c.k[c.kv_stride + d] = bad;
        Case expected = c;
        expected.StoreKeys(kRef, 0, 3);
        Buffer o = c.Output(), lse = c.Lse();
        expected.Attend(kRef, 0, 3, o, lse);
        if (std::isnan(bad)) {
          EXPECT_TRUE(std::isnan(lse[2])) << static_cast<int>(type) << " " << d;
        }
        ForEachTable([&](const KernelTable& table) {
          Case fast = c;
          fast.StoreKeys(table, 0, 3);
          EXPECT_EQ(fast.k_cache, expected.k_cache) << static_cast<int>(type) << " " << d;
        });
      }
}

// Relative to the root mean square of the outputs. f32: rounding alone. bf16: 2^-9 in each of q, k, the weights and v. q8: 1/254 of
// the largest of 32 in q, k and v.
TEST(AttentionTest, AgreesWithDoubleArithmetic) {
  ThreadPool::EnterNumericsMode();
  for (KvType type : kTypes) {
    Case c(type, 50, 1, 2, 32);
    c.StoreKeys(kRef, 0, c.context);
    Buffer o = c.Output(), lse = c.Lse();
    c.Attend(kRef, 0, c.context, o, lse);
    double error = 0, norm = 0;
    const double lse_bound = type == KvType::kF32 ? 2e-5 : 4e-2;
    for (int64_t i = 0; i < c.context; ++i)
      for (int64_t g = 0; g < c.group; ++g) {
        double sum = 0, out[32] = {};
        for (int64_t j = 0; j <= i; ++j) {
          double s = 0;
          for (int64_t d = 0; d < 32; ++d) s += static_cast<double>(c.q[i * c.q_stride + g * 32 + d]) * c.k[j * c.kv_stride + d];
          const double w = std::exp(s * kScale);
          sum += w;
          for (int64_t d = 0; d < 32; ++d) out[d] += w * c.v[j * c.kv_stride + d];
        }
        EXPECT_NEAR(lse[i * c.group + g], std::log(sum), lse_bound);
        for (int64_t d = 0; d < 32; ++d) {
          error += std::pow(o[i * c.q_stride + g * 32 + d] - out[d] / sum, 2);
          norm += std::pow(out[d] / sum, 2);
        }
      }
    const double relative = std::sqrt(error / norm);
    EXPECT_LT(relative, type == KvType::kF32 ? 2e-6 : 1e-2) << static_cast<int>(type);
    RecordProperty(type == KvType::kF32 ? "f32" : type == KvType::kBF16 ? "bf16" : "q8", std::to_string(relative));
    if (type != KvType::kF32) {
      EXPECT_GT(relative, 1e-4);
    }
  }
}

// ---- rows ----

// A sequence whose projections lie in rows, as the fused product leaves them: queries, keys, values. Its keys lie in permuted rows,
// as with a prefix that several sequences share.
struct RowsCase {
  int64_t context, kv_heads, group, head_dim, heads, stride, o_stride;
  Buffer qkv, o, d_o, lse;
  std::vector<int32_t> key_rows;

  explicit RowsCase(const Dims& d)
      : context(d.context),
        kv_heads(d.kv_heads),
        group(d.group),
        head_dim(d.head_dim),
        heads(kv_heads * group),
        stride((heads + 2 * kv_heads) * head_dim + 3),
        o_stride(heads * head_dim + 5),
        qkv(RandomBuffer(context * stride, 1, 2.0f)),
        o(RandomBuffer(context * o_stride, 8)),
        d_o(RandomBuffer(context * o_stride, 9)),
        lse(RandomBuffer(context * heads, 10)) {
    for (int64_t i = 0; i < lse.size(); ++i) lse[i] += 5.0f;
    for (int64_t j = 0; j < context; ++j) key_rows.push_back(static_cast<int32_t>(j < context / 3 ? context / 3 - 1 - j : j));
  }
  // Queries [begin, end) of key/value head h.
  QkvRows In(int64_t begin, int64_t end, int64_t h) const {
    const float* first = qkv.data();
    return {.num_queries = end - begin,
            .group = group,
            .head_dim = head_dim,
            .q = first + begin * stride + h * group * head_dim,
            .k = first + (heads + h) * head_dim,
            .v = first + (heads + kv_heads + h) * head_dim,
            .stride = stride,
            .key_rows = key_rows.data(),
            .first_position = begin,
            .scale = kScale};
  }
  std::vector<float> Scratch(const KernelTable& table) const {
    return std::vector<float>(static_cast<size_t>(table.attention_rows_scratch(head_dim, context)), NAN);
  }
  void Forward(const KernelTable& table, int64_t begin, int64_t end, Buffer& out, Buffer& out_lse) const {
    std::vector<float> scratch = Scratch(table);
    for (int64_t h = 0; h < kv_heads; ++h)
      table.attention_rows(In(begin, end, h), scratch.data(), out.data() + begin * o_stride + h * group * head_dim, o_stride,
                           out_lse.data() + begin * heads + h * group, heads);
  }
  RowsGradient Gradient(int64_t begin, int64_t h, Buffer& dqkv) const {
    const int64_t at = begin * o_stride + h * group * head_dim;
    float* first = dqkv.data();
    return {.o = o.data() + at,
            .d_o = d_o.data() + at,
            .o_stride = o_stride,
            .lse = lse.data() + begin * heads + h * group,
            .lse_stride = heads,
            .dq = first + begin * stride + h * group * head_dim,
            .dk = first + (heads + h) * head_dim,
            .dv = first + (heads + kv_heads + h) * head_dim,
            .begin = 0,
            .end = std::numeric_limits<int64_t>::max()};
  }
  void Backward(const KernelTable& table, int64_t begin, int64_t end, Buffer& dqkv) const {
    std::vector<float> scratch = Scratch(table);
    for (int64_t h = 0; h < kv_heads; ++h)
      table.attention_rows_backward(In(begin, end, h), scratch.data(), Gradient(begin, h, dqkv));
  }
  // Some queries at a time, and some keys at a time; the last first: none needs another.
  void BackwardInParts(const KernelTable& table, int64_t begin, int64_t end, int64_t some, Buffer& dqkv) const {
    std::vector<float> scratch = Scratch(table);
    for (int64_t h = 0; h < kv_heads; ++h) {
      for (int64_t last = end; last > 0; last -= some) {
        RowsGradient of_keys = Gradient(begin, h, dqkv);
        of_keys.dq = nullptr;
        of_keys.begin = std::max<int64_t>(0, last - some);
        of_keys.end = last;
        table.attention_rows_backward(In(begin, end, h), scratch.data(), of_keys);
      }
      for (int64_t last = end; last > begin; last -= some) {
        const int64_t first = std::max(begin, last - some);
        RowsGradient of_queries = Gradient(first, h, dqkv);
        of_queries.dk = of_queries.dv = nullptr;
        table.attention_rows_backward(In(first, last, h), scratch.data(), of_queries);
      }
    }
  }
};

// Longer than what the gradient holds near: it takes more rows and a range of keys at a time.
constexpr Dims kLong = {437, 1, 3, 120};

// All queries, or those behind a prefix whose gradients have begun.
template <class Body>
void EachRowsCase(Body body) {
  ThreadPool::EnterNumericsMode();
  std::vector<Dims> all(std::begin(kDims), std::end(kDims));
  all.push_back(kLong);
  for (const Dims& d : all)
    for (int64_t first : {int64_t{0}, d.context / 2}) {
      SCOPED_TRACE(testing::Message() << "context " << d.context << " group " << d.group << " dim " << d.head_dim << " first "
                                      << first);
      body(RowsCase(d), first);
    }
}

TEST(AttentionTest, RowsOfEveryTableEqualTheReference) {
  EachRowsCase([](const RowsCase& c, int64_t first) {
    Buffer o = c.o, lse = c.lse;
    c.Forward(kRef, first, c.context, o, lse);
    ForEachTable([&](const KernelTable& table) {
      Buffer own_o = c.o, own_lse = c.lse;
      c.Forward(table, first, c.context, own_o, own_lse);
      EXPECT_EQ(own_o, o);
      EXPECT_EQ(own_lse, lse);
      EXPECT_TRUE(own_o.GuardsIntact() && own_lse.GuardsIntact());
    });
  });
}

TEST(AttentionTest, RowsGiveTheBitsThatBlocksOfTheCacheGive) {
  for (const Dims& d : kDims) {
    const RowsCase c(d);
    Case blocks(KvType::kF32, d.context, d.kv_heads, d.group, d.head_dim);
    const auto copy = [&](int64_t from_row, int64_t from, Buffer& to, int64_t to_stride, int64_t row, int64_t width) {
      std::memcpy(to.data() + row * to_stride, c.qkv.data() + from_row * c.stride + from,
                  static_cast<size_t>(width) * sizeof(float));
    };
    for (int64_t j = 0; j < d.context; ++j) {
      const int64_t key = c.heads * d.head_dim, width = d.kv_heads * d.head_dim;
      copy(j, 0, blocks.q, blocks.q_stride, j, c.heads * d.head_dim);
      copy(c.key_rows[static_cast<size_t>(j)], key, blocks.k, blocks.kv_stride, j, width);
      copy(c.key_rows[static_cast<size_t>(j)], key + width, blocks.v, blocks.kv_stride, j, width);
    }
    ForEachTable([&](const KernelTable& table) {
      blocks.StoreKeys(table, 0, d.context);
      Buffer o = blocks.Output(), lse = blocks.Lse(), rows_o = c.o, rows_lse = c.lse;
      blocks.Attend(table, 0, d.context, o, lse);
      c.Forward(table, 0, d.context, rows_o, rows_lse);
      EXPECT_EQ(std::memcmp(lse.data(), rows_lse.data(), lse.bytes()), 0);
      for (int64_t i = 0; i < d.context; ++i)
        ASSERT_EQ(std::memcmp(o.data() + i * blocks.q_stride, rows_o.data() + i * c.o_stride,
                              static_cast<size_t>(c.heads * d.head_dim) * sizeof(float)),
                  0)
            << "query " << i;
    });
  }
}

TEST(AttentionTest, GradientsOfEveryTableEqualTheReference) {
  EachRowsCase([](const RowsCase& c, int64_t first) {
    const Buffer begun = RandomBuffer(c.context * c.stride, 5);
    Buffer expected = begun;
    c.Backward(kRef, first, c.context, expected);
    ForEachTable([&](const KernelTable& table) {
      Buffer gradients = begun;
      c.Backward(table, first, c.context, gradients);
      EXPECT_EQ(gradients, expected);
      EXPECT_TRUE(gradients.GuardsIntact());
    });
  });
}

TEST(AttentionTest, GradientsOfSomeQueriesAndOfSomeKeysEqualThoseOfTheWhole) {
  EachRowsCase([](const RowsCase& c, int64_t first) {
    const Buffer begun = RandomBuffer(c.context * c.stride, 5);
    Buffer expected = begun;
    c.Backward(kRef, first, c.context, expected);
    const auto in_parts = [&](const KernelTable& table) {
      for (const int64_t some : {c.context < 100 ? int64_t{7} : int64_t{48}, c.context}) {
        Buffer gradients = begun;
        c.BackwardInParts(table, first, c.context, some, gradients);
        EXPECT_EQ(gradients, expected) << some << " at a time";
        EXPECT_TRUE(gradients.GuardsIntact());
      }
    };
    in_parts(kRef);
    ForEachTable(in_parts);
  });
}

// A batch has sequences of many lengths, and memory for the longest.
TEST(AttentionTest, ShorterContextsTakeNoMoreScratchMemory) {
  ForEachTable([](const KernelTable& table) {
    for (const int64_t head_dim : {1, 8, 16, 32, 64, 128, 256})
      for (int64_t context = 2, before = table.attention_rows_scratch(head_dim, 1), now; context < 9000; ++context, before = now) {
        now = table.attention_rows_scratch(head_dim, context);
        ASSERT_LE(before, now) << "head_dim " << head_dim << " context " << context;
      }
  });
}

// Near the length beyond which keys are taken in ranges, with guards around what the longest of a batch asks for.
TEST(AttentionTest, GradientsStayInTheScratchMemoryOfALongerContext) {
  ForEachTable([](const KernelTable& table) {
    const RowsCase c({1630, 1, 1, 32});
    Buffer scratch(table.attention_rows_scratch(c.head_dim, 1650), 0), gradients = RandomBuffer(c.context * c.stride, 5);
    table.attention_rows_backward(c.In(1400, c.context, 0), scratch.data(), c.Gradient(1400, 0, gradients));
    EXPECT_TRUE(scratch.GuardsIntact());
  });
}

TEST(AttentionTest, QueriesInSeveralCallsContinueTheChainsOfOne) {
  ForEachTable([](const KernelTable& table) {
    const RowsCase c({60, 1, 3, 32});
    Buffer whole = RandomBuffer(c.context * c.stride, 5), parts = RandomBuffer(c.context * c.stride, 6);
    for (int64_t i = 0; i < c.context; ++i)  // what no call writes
      for (int64_t d = (c.heads + 2) * 32; d < c.stride; ++d) parts[i * c.stride + d] = whole[i * c.stride + d];
    Buffer o = c.o, lse = c.lse, parts_o = c.o, parts_lse = c.lse;
    c.Backward(table, 0, c.context, whole);
    c.Forward(table, 0, c.context, o, lse);
    int64_t begin = 0;
    for (int64_t end : {int64_t{13}, int64_t{32}, c.context}) {
      c.Backward(table, begin, end, parts);
      c.Forward(table, begin, end, parts_o, parts_lse);
      begin = end;
    }
    EXPECT_EQ(parts, whole);
    EXPECT_EQ(parts_o, o);
    EXPECT_EQ(parts_lse, lse);
  });
}

TEST(AttentionTest, GradientsAgreeWithDifferencesInDouble) {
  ThreadPool::EnterNumericsMode();
  const int64_t context = 7, group = 2, dim = 8;
  RowsCase c({context, 1, group, dim});
  for (int32_t j = 0; j < context; ++j) c.key_rows[static_cast<size_t>(j)] = j;
  c.Forward(kRef, 0, context, c.o, c.lse);
  Buffer dqkv(c.qkv.size(), 0);
  c.Backward(kRef, 0, context, dqkv);
  std::vector<double> x(c.qkv.data(), c.qkv.data() + c.qkv.size());
  const auto loss = [&] {
    const double *q = x.data(), *k = q + group * dim, *v = k + dim;
    double total = 0;
    for (int64_t i = 0; i < context; ++i)
      for (int64_t g = 0; g < group; ++g) {
        double sum = 0, dot = 0;
        for (int64_t j = 0; j <= i; ++j) {
          double s = 0, od = 0;
          for (int64_t d = 0; d < dim; ++d) {
            s += q[i * c.stride + g * dim + d] * k[j * c.stride + d];
            od += c.d_o[i * c.o_stride + g * dim + d] * v[j * c.stride + d];
          }
          const double w = std::exp(s * static_cast<double>(kScale));
          sum += w;
          dot += w * od;
        }
        total += dot / sum;
      }
    return total;
  };
  for (int64_t i = 0; i < context; ++i)
    for (int64_t d = 0; d < (group + 2) * dim; ++d) {
      const int64_t at = i * c.stride + d;
      const double keep = x[static_cast<size_t>(at)];
      x[static_cast<size_t>(at)] = keep + 1e-5;
      const double up = loss();
      x[static_cast<size_t>(at)] = keep - 1e-5;
      const double down = loss();
      x[static_cast<size_t>(at)] = keep;
      EXPECT_NEAR(dqkv[at], (up - down) / 2e-5, 1e-5);
    }
}

}  // namespace
}  // namespace r1
