// Gradients of sequences that threads share: the bits of those that one thread computes.
#include "ops/attention_waves.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/rng.h"
#include "ops/attention_backward.h"
#include "ops/attention_rows.h"

namespace r1::ops {
namespace {

// Sequences by their numbers of tokens, behind the prefix sequence named (or -1).
struct Batch {
  std::vector<int32_t> starts{0}, contexts, prefixes;

  explicit Batch(const std::vector<std::pair<int32_t, int32_t>>& sequences) {
    for (const auto& [tokens, prefix] : sequences) {
      starts.push_back(starts.back() + tokens);
      contexts.push_back(tokens + (prefix < 0 ? 0 : contexts[static_cast<size_t>(prefix)]));
      prefixes.push_back(prefix);
    }
  }
  std::shared_ptr<const AttentionPlan> Plan() const {
    AttentionLayout layout;
    layout.query_starts = starts;
    layout.context_lens = contexts;
    layout.prefix_sequences = prefixes;
    return PlanAttention(layout, starts.back());
  }
};

// A document; two groups of completions, one of them of one; documents between which a group's members lie; one token.
const std::vector<Batch> kBatches = {
    Batch({{301, -1}}),
    Batch({{40, -1}, {33, 0}, {1, 0}, {96, 0}, {17, 0}, {70, -1}, {20, 5}}),
    Batch({{5, -1}, {130, -1}, {16, -1}, {50, 1}, {3, 0}, {64, 1}, {8, 2}}),
    Batch({{1, -1}}),
};

Tensor Random(Allocator& allocator, Shape shape, uint64_t seed) {
  Tensor t = Tensor::Empty(allocator, shape);
  for (int64_t i = 0; i < t.numel(); ++i) t.f32()[i] = 2 * RandomUniform(seed, static_cast<uint64_t>(i)) - 1;
  return t;
}

TEST(AttentionWavesTest, ThreadsThatShareSequencesGiveTheBitsOfOne) {
  for (const AttentionShape& shape : {AttentionShape{4, 2, 32}, AttentionShape{7, 1, 24}, AttentionShape{3, 3, 40}}) {
    for (const Batch& batch : kBatches) {
      const auto plan = batch.Plan();
      const int64_t tokens = plan->num_tokens;
      Runtime one(1, ReferenceKernels());
      ExecContext alone = one.Context();
      const Tensor qkv = Random(*one.allocator, {tokens, shape.qkv_width()}, 1);
      const Tensor d_out = Random(*one.allocator, {tokens, shape.num_heads * shape.head_dim}, 2);
      Tensor out = Tensor::Empty(*one.allocator, d_out.shape()), lse = Tensor::Empty(*one.allocator, {tokens, shape.num_heads});
      AttentionRowsForward(alone, qkv, shape, *plan, 0.2f, out, lse);
      const Tensor expected = AttentionRowsBackward(alone, qkv, out, lse, shape, *plan, 0.2f, d_out);
      for (int threads : {1, 3, 16})
        for (const KernelTable* kernels : SupportedKernels()) {
          if (threads != 3 && kernels != &DefaultKernels()) continue;
          Runtime runtime(threads, *kernels);
          ExecContext ctx = runtime.Context();
          Tensor shared = Random(*runtime.allocator, qkv.shape(), 3);
          AttentionBackwardInWaves(ctx, qkv, out, lse, shape, *plan, 0.2f, d_out, shared);
          EXPECT_EQ(std::memcmp(shared.raw(), expected.raw(), expected.bytes()), 0)
              << kernels->isa << " threads " << threads << " tokens " << tokens << " heads " << shape.num_heads;
        }
    }
  }
}

TEST(AttentionWavesTest, FamiliesAreSharedWhereThreadsWouldWaitForEachOther) {
  const AttentionShape shape = {4, 2, 32};
  const auto group = Batch({{40, -1}, {90, 0}, {90, 0}, {90, 0}}).Plan(),
             documents = Batch({{128, -1}, {128, -1}, {128, -1}}).Plan();
  EXPECT_FALSE(WavesSuit(*group, shape, 1));
  EXPECT_FALSE(WavesSuit(*group, shape, 2)) << "a key/value head for each";
  EXPECT_TRUE(WavesSuit(*group, shape, 4));
  EXPECT_FALSE(WavesSuit(*documents, shape, 6));
  EXPECT_FALSE(WavesSuit(*documents, shape, 4)) << "six tasks: two threads have two";
  EXPECT_TRUE(WavesSuit(*documents, shape, 5)) << "one has two";
  EXPECT_TRUE(WavesSuit(*documents, shape, 16));
}

TEST(AttentionWavesTest, WavesCoverEveryQueryInOrderAndKeepToTheirMemory) {
  const AttentionShape shape = {14, 2, 64};
  for (const Batch& batch : {Batch({{4096, -1}}), Batch({{200, -1}, {900, 0}, {1000, 0}, {30, 0}, {500, -1}})}) {
    const auto plan = batch.Plan();
    for (int threads : {2, 16, 64}) {
      const Waves cut = CutIntoWaves(*plan, shape, threads, 12);
      EXPECT_LE(cut.floats, plan->num_tokens * shape.qkv_width());
      EXPECT_GT(cut.waves.size(), 1u);
      std::vector<std::pair<int32_t, int32_t>> queries;  // (sequence, query); families here have their sequences in order
      for (const Wave& wave : cut.waves) {
        for (const WavePiece& piece : wave.queries) {
          const WaveSegment& segment = cut.segments[static_cast<size_t>(piece.segment)];
          for (int32_t q = piece.begin; q < piece.end; ++q) queries.push_back({segment.sequence, segment.first_query + q});
        }
        for (size_t i = 1; i < wave.sums.size(); ++i) EXPECT_LE(wave.sums[i].cost, wave.sums[i - 1].cost);
      }
      std::vector<std::pair<int32_t, int32_t>> all;
      for (size_t s = 0; s < plan->sequences.size(); ++s)
        for (int32_t q = 0; q < plan->sequences[s].num_queries; ++q) all.push_back({static_cast<int32_t>(s), q});
      EXPECT_EQ(queries, all);
    }
  }
}

}  // namespace
}  // namespace r1::ops
