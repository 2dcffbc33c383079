// Gradients of families that threads share: the bits of those that one thread computes.
#include "ops/attention_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "ops/attention_backward.h"
#include "ops/attention_rows.h"
#include "ops/random_tensor.h"

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

TEST(AttentionPartsTest, ThreadsThatShareFamiliesGiveTheBitsOfOne) {
  for (const AttentionShape& shape : {AttentionShape{4, 2, 32}, AttentionShape{7, 1, 24}, AttentionShape{3, 3, 40}}) {
    for (const Batch& batch : kBatches) {
      const auto plan = batch.Plan();
      const int64_t tokens = plan->num_tokens;
      Runtime one(1, ReferenceKernels());
      ExecContext alone = one.Context();
      const Tensor qkv = RandomTensor(*one.allocator, {tokens, shape.qkv_width()}, 1);
      const Tensor d_out = RandomTensor(*one.allocator, {tokens, shape.num_heads * shape.head_dim}, 2);
      Tensor out = Tensor::Empty(*one.allocator, d_out.shape()), lse = Tensor::Empty(*one.allocator, {tokens, shape.num_heads});
      AttentionRowsForward(alone, qkv, shape, *plan, 0.2f, out, lse);
      Tensor expected = Tensor::Empty(*one.allocator, qkv.shape());
      AttentionBackwardByFamily(alone, qkv, out, lse, shape, *plan, 0.2f, d_out, expected);
      for (int threads : {1, 3, 16})
        for (const KernelTable* kernels : SupportedKernels()) {
          if (threads != 3 && kernels != &DefaultKernels()) continue;
          Runtime runtime(threads, *kernels);
          ExecContext ctx = runtime.Context();
          Tensor shared = RandomTensor(*runtime.allocator, qkv.shape(), 3);
          AttentionBackwardInParts(ctx, qkv, out, lse, shape, *plan, 0.2f, d_out, shared);
          EXPECT_EQ(std::memcmp(shared.raw(), expected.raw(), expected.bytes()), 0)
              << kernels->isa << " threads " << threads << " tokens " << tokens << " heads " << shape.num_heads;
        }
    }
  }
}

TEST(AttentionPartsTest, FamiliesAreSharedWhereThreadsWouldWaitForEachOther) {
  const AttentionShape shape = {4, 2, 32};
  const auto group = Batch({{40, -1}, {90, 0}, {90, 0}, {90, 0}}).Plan(),
             documents = Batch({{128, -1}, {128, -1}, {128, -1}}).Plan();
  EXPECT_FALSE(PartsSuit(*group, shape, 1));
  EXPECT_FALSE(PartsSuit(*group, shape, 2)) << "a key/value head for each";
  EXPECT_TRUE(PartsSuit(*group, shape, 4));
  EXPECT_FALSE(PartsSuit(*documents, shape, 6));
  EXPECT_FALSE(PartsSuit(*documents, shape, 4)) << "six tasks: two threads have two";
  EXPECT_TRUE(PartsSuit(*documents, shape, 5)) << "one has two";
  EXPECT_TRUE(PartsSuit(*documents, shape, 16));
}

// Pairs of a query and a key that it sees, each (sequence, query or key) as often as parts are about it; and what the parts cost.
TEST(AttentionPartsTest, PartsCoverEveryQueryAndEveryKeyOnce) {
  const AttentionShape shape = {14, 2, 64};
  for (const Batch& batch : {Batch({{4096, -1}}), Batch({{200, -1}, {900, 0}, {1000, 0}, {30, 0}, {500, -1}})}) {
    const auto plan = batch.Plan();
    for (int threads : {2, 16, 64}) {
      const std::vector<AttentionPart> parts = CutIntoParts(*plan, shape, threads);
      EXPECT_GE(static_cast<int64_t>(parts.size()) * shape.num_kv_heads, 2 * threads);
      std::map<std::pair<int32_t, int32_t>, int> queries, keys;  // (sequence, query of it), (sequence whose queries see it, key)
      int64_t cost = 0, pairs = 0;
      for (const AttentionPart& part : parts) {
        EXPECT_LE(part.cost, parts.front().cost);
        cost += part.cost;
        const bool of_queries = part.of == AttentionPart::Of::kQueries;
        EXPECT_TRUE(of_queries ? part.sequences.size() == 1 : part.end - part.begin <= kMostKeysOfPart);
        for (int32_t s : part.sequences)
          for (int32_t i = part.begin; i < part.end; ++i) ++(of_queries ? queries : keys)[{s, i}];
      }
      size_t num_queries = 0, num_keys = 0;
      for (size_t s = 0; s < plan->sequences.size(); ++s) {
        num_queries += static_cast<size_t>(plan->sequences[s].num_queries);
        num_keys += static_cast<size_t>(batch.contexts[s]);
        for (int32_t q = 0; q < plan->sequences[s].num_queries; ++q) pairs += plan->sequences[s].first_position + q + 1;
      }
      EXPECT_EQ(queries.size(), num_queries);
      EXPECT_EQ(keys.size(), num_keys);
      for (const auto* counts : {&queries, &keys})
        EXPECT_TRUE(std::all_of(counts->begin(), counts->end(), [](const auto& entry) { return entry.second == 1; }));
      EXPECT_EQ(cost, 7 * 7 * pairs) << "seven products, seven heads";
    }
  }
}

}  // namespace
}  // namespace r1::ops
