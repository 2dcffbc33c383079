// Attention as the engine runs it, over a cache: however the work is cut, shared and threaded, a sequence gets the bits it gets
// alone.
#include "ops/attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "ops/attention_tasks.h"
#include "ops/random_tensor.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

constexpr KvType kTypes[] = {KvType::kF32, KvType::kBF16, KvType::kQ8};

Tensor Random(Allocator& allocator, Shape shape, uint64_t seed) { return RandomTensor(allocator, shape, seed, 1.5f); }

// Sequences given as (context, queries, family, tokens shared within the family). Tokens of a family's shared part have equal keys.
struct Sequence {
  int32_t context, queries, family = -1, shared = 0;
};

struct Batch {
  std::vector<int32_t> starts{0}, contexts, slots, blocks;
  int64_t max_blocks = 0, num_blocks = 0;

  explicit Batch(const std::vector<Sequence>& sequences) {
    std::vector<std::vector<int32_t>> tables;
    for (size_t s = 0; s < sequences.size(); ++s) {
      std::vector<int32_t> table;
      for (size_t before = 0; before < s && sequences[s].family >= 0; ++before)
        if (sequences[before].family == sequences[s].family) {
          const int32_t shared = std::min(sequences[before].shared, sequences[s].shared) / kKvBlockSize;
          table.assign(tables[before].begin(), tables[before].begin() + shared);
        }
      while (static_cast<int32_t>(table.size()) * kKvBlockSize < sequences[s].context)
        table.push_back(static_cast<int32_t>(num_blocks++));
      max_blocks = std::max(max_blocks, static_cast<int64_t>(table.size()));
      tables.push_back(std::move(table));
    }
    for (size_t s = 0; s < sequences.size(); ++s) {
      contexts.push_back(sequences[s].context);
      starts.push_back(starts.back() + sequences[s].queries);
      for (int32_t p = sequences[s].context - sequences[s].queries; p < sequences[s].context; ++p)
        slots.push_back(tables[s][static_cast<size_t>(p / kKvBlockSize)] * kKvBlockSize + p % kKvBlockSize);
      tables[s].resize(static_cast<size_t>(max_blocks), 0);
      blocks.insert(blocks.end(), tables[s].begin(), tables[s].end());
    }
  }
  std::shared_ptr<const AttentionPlan> Plan() const {
    AttentionLayout layout;
    layout.query_starts = starts;
    layout.context_lens = contexts;
    layout.slot_mapping = slots;
    layout.block_tables = {blocks, max_blocks};
    return PlanAttention(layout, starts.back());
  }
  // The same cache, one sequence.
  std::shared_ptr<const AttentionPlan> PlanAlone(size_t s) const {
    const std::vector<int32_t> start = {0, starts[s + 1] - starts[s]};
    AttentionLayout layout;
    layout.query_starts = start;
    layout.context_lens = std::span(contexts).subspan(s, 1);
    layout.slot_mapping = std::span(slots).subspan(static_cast<size_t>(starts[s]), static_cast<size_t>(start[1]));
    layout.block_tables = {std::span(blocks).subspan(s * static_cast<size_t>(max_blocks), static_cast<size_t>(max_blocks)),
                           max_blocks};
    return PlanAttention(layout, start[1]);
  }
};

// A cache full of random keys and values.
KvLayer FilledCache(Allocator& allocator, const AttentionShape& shape, KvType type, int64_t num_blocks) {
  KvLayer layer = KvLayer::Make(allocator, type, num_blocks, shape.num_kv_heads, shape.head_dim);
  const int64_t width = shape.num_kv_heads * shape.head_dim, rows = num_blocks * kKvBlockSize;
  const Tensor k = Random(allocator, {rows, width}, 3), v = Random(allocator, {rows, width}, 4);
  std::vector<int32_t> slots(static_cast<size_t>(rows));
  for (int64_t i = 0; i < rows; ++i) slots[static_cast<size_t>(i)] = static_cast<int32_t>(i);
  ReferenceKernels().store_kv(type, rows, shape.num_kv_heads, shape.head_dim, k.f32(), v.f32(), width, slots.data(),
                              layer.k.data<uint8_t>(), layer.v.data<uint8_t>());
  return layer;
}

// Decoding and prefill mixed; two groups behind one system prompt of 3 blocks; a long sequence, cut finer than its heads.
const std::vector<std::vector<Sequence>> kBatches = {
    {{40, 1}, {17, 17}, {130, 9}, {1, 1}},
    {{200, 1, 0, 160},
     {163, 1, 0, 160},
     {161, 1, 0, 160},
     {300, 1, 0, 160},
     {170, 4, 0, 160},
     {90, 1, 1, 80},
     {81, 1, 1, 80},
     {33, 2}},
    {{1100, 1}},
    {{1300, 3, 0, 1024}, {1100, 1, 0, 1024}},
};

TEST(AttentionOpTest, ASequenceGetsTheSameBitsAloneAndInEveryBatchOnAnyThreads) {
  for (const AttentionShape& shape : {AttentionShape{14, 2, 64}, AttentionShape{4, 2, 40}}) {
    for (KvType type : kTypes) {
      for (const std::vector<Sequence>& sequences : kBatches) {
        const Batch batch(sequences);
        Runtime plain(1);
        const Tensor qkv = Random(*plain.allocator, {batch.starts.back(), shape.qkv_width()}, 7);
        // The batch's own keys are in the cache before anyone looks: a sequence alone sees what it sees in the batch.
        KvLayer cache = FilledCache(*plain.allocator, shape, type, batch.num_blocks);
        ExecContext plain_ctx = plain.Context();
        Attention(plain_ctx, qkv, shape, batch.Plan(), 0.2f, type, &cache);
        std::vector<Tensor> alone;
        for (size_t s = 0; s < sequences.size(); ++s)
          alone.push_back(
              Attention(plain_ctx, qkv.Rows(batch.starts[s], batch.starts[s + 1]), shape, batch.PlanAlone(s), 0.2f, type, &cache));
        for (int threads : {1, 2, 3, 7}) {
          for (const KernelTable* kernels : SupportedKernels()) {
            if (threads != 3 && kernels != &DefaultKernels()) continue;
            Runtime runtime(threads, *kernels);
            ExecContext ctx = runtime.Context();
            const Tensor out = Attention(ctx, qkv, shape, batch.Plan(), 0.2f, type, &cache);
            for (size_t s = 0; s < sequences.size(); ++s)
              EXPECT_EQ(std::memcmp(out.Rows(batch.starts[s], batch.starts[s + 1]).raw(), alone[s].raw(), alone[s].bytes()), 0)
                  << KvTypeName(type) << " " << kernels->isa << " threads " << threads << " context " << sequences[s].context;
          }
        }
      }
    }
  }
}

TEST(AttentionOpTest, CompletionsOfOnePromptReadItTogetherAndGroupsBehindOneSystemPromptStayApart) {
  const AttentionTasks cut = CutAttention(*Batch(kBatches[1]).Plan(), 7, 12);
  std::vector<std::pair<int32_t, int32_t>> tasks;  // (sequences, shared blocks)
  for (const AttentionTask& task : cut.tasks) tasks.push_back({task.num_segments, task.shared_blocks});
  std::sort(tasks.begin(), tasks.end());
  EXPECT_EQ(tasks, (std::vector<std::pair<int32_t, int32_t>>{{1, 0}, {2, 5}, {5, 10}}));
}

TEST(AttentionOpTest, TasksCoverEveryRowOnceTheLongestFirstWithBoundedWeights) {
  for (int64_t tile_rows : {4, 12}) {
    for (const std::vector<Sequence>& sequences :
         std::vector<std::vector<Sequence>>{{{8192, 512}, {90, 1}}, {{131072, 1}}, {{131072, 64}}, {{300, 300}}}) {
      const Batch batch(sequences);
      const AttentionTasks cut = CutAttention(*batch.Plan(), 7, tile_rows);
      std::vector<int> seen(static_cast<size_t>(batch.starts.back()));
      int64_t previous = INT64_MAX;
      for (const AttentionTask& task : cut.tasks) {
        EXPECT_LE(task.cost, previous);
        previous = task.cost;
        EXPECT_LE(task.rows * task.keys, std::max<int64_t>(192 << 10, 12 * task.keys));
        for (int32_t i = task.first_segment; i < task.first_segment + task.num_segments; ++i) {
          const AttentionTask::Segment& segment = cut.segments[static_cast<size_t>(i)];
          for (int32_t q = 0; q < segment.num_queries; ++q)
            ++seen[static_cast<size_t>(batch.starts[static_cast<size_t>(segment.sequence)] + segment.first_query + q)];
        }
      }
      EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), static_cast<ptrdiff_t>(seen.size()));
    }
  }
}

TEST(AttentionOpTest, WrongTypesAreErrors) {
  Runtime runtime(1);
  const AttentionShape shape = {2, 1, 16};
  const Batch batch({{3, 3}});
  const Tensor qkv = Random(*runtime.allocator, {3, shape.qkv_width()}, 1);
  KvLayer cache = FilledCache(*runtime.allocator, shape, KvType::kBF16, 1);
  ExecContext ctx = runtime.Context();
  const auto message = [&](auto body) -> std::string {
    try {
      body();
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_NE(message([&] {
              Attention(ctx, qkv, shape, batch.Plan(), 1, KvType::kQ8, &cache);
            }).find("the cache holds bf16 and the model computes in q8"),
            std::string::npos);
  Tape tape;
  ExecContext with_tape = runtime.Context(&tape);
  const std::vector<int32_t> starts = {0, 3}, lens = {3};
  AttentionLayout layout;
  layout.query_starts = starts;
  layout.context_lens = lens;
  EXPECT_NE(message([&] {
              Attention(with_tape, qkv, shape, PlanAttention(layout, 3), 1, KvType::kBF16);
            }).find("gradients need keys and values in f32"),
            std::string::npos);
}

}  // namespace
}  // namespace r1::ops
