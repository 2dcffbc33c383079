#include "engine/block_manager.h"

#include <gtest/gtest.h>

#include <map>

#include "base/rng.h"

namespace r1 {
namespace {

std::vector<int32_t> Tokens(int64_t n, int32_t first = 0) {
  std::vector<int32_t> tokens;
  for (int64_t i = 0; i < n; ++i) tokens.push_back(first + static_cast<int32_t>(i));
  return tokens;
}

// As the scheduler does it: take what is cached, make room, compute, index.
int64_t Compute(BlockManager& blocks, BlockTable& table, const std::vector<int32_t>& tokens) {
  const int64_t cached = blocks.TakeCachedPrefix(tokens, table);
  EXPECT_TRUE(blocks.Grow(table, static_cast<int64_t>(tokens.size())));
  blocks.Index(table, tokens, static_cast<int64_t>(tokens.size()));
  return cached;
}

TEST(BlockManagerTest, ReusesBlocksOfASharedPrefix) {
  BlockManager blocks(16, true);
  BlockTable a, b, c;
  const std::vector<int32_t> tokens = Tokens(40);
  EXPECT_EQ(Compute(blocks, a, tokens), 0);
  EXPECT_EQ(Compute(blocks, b, tokens), 32);  // while the first still runs
  EXPECT_EQ(b.blocks[0], a.blocks[0]);
  EXPECT_EQ(b.blocks[1], a.blocks[1]);
  EXPECT_NE(b.blocks[2], a.blocks[2]);
  blocks.Release(a);
  blocks.Release(b);
  std::vector<int32_t> branch = tokens;
  branch[20] = 99;
  EXPECT_EQ(Compute(blocks, c, branch), 16);  // after both are gone, and only as far as tokens are equal
  const BlockTable* tables[] = {&a, &b, &c};
  blocks.CheckConsistency(tables);
}

TEST(BlockManagerTest, EqualBlocksBehindDifferentPrefixesAreDifferent) {
  BlockManager blocks(16, true);
  BlockTable a, b;
  std::vector<int32_t> tokens = Tokens(48);
  Compute(blocks, a, tokens);
  tokens[0] = 77;
  EXPECT_EQ(Compute(blocks, b, tokens), 0);
}

TEST(BlockManagerTest, LeavesOneTokenToCompute) {
  BlockManager blocks(16, true);
  BlockTable a, b;
  Compute(blocks, a, Tokens(32));
  EXPECT_EQ(blocks.TakeCachedPrefix(Tokens(32), b), 16);
  EXPECT_EQ(blocks.CachedPrefix(Tokens(32)), 32);  // what is known, not what may be left out
  EXPECT_EQ(blocks.CachedPrefix(Tokens(47, 0)), 32);
  EXPECT_EQ(blocks.CachedPrefix(Tokens(47, 1)), 0);
}

TEST(BlockManagerTest, EvictsTheLongestUnusedAndTailsBeforeHeads) {
  BlockManager blocks(4, true);
  BlockTable a, b, c, probe;
  Compute(blocks, a, Tokens(33));  // 3 blocks, 2 of them findable
  blocks.Release(a);
  EXPECT_EQ(blocks.num_free_blocks(), 4);
  EXPECT_EQ(blocks.num_cached_blocks(), 2);
  ASSERT_TRUE(blocks.Grow(b, 3 * kKvBlockSize));  // the two uncached first, then one of the cached
  EXPECT_EQ(blocks.num_cached_blocks(), 1);
  EXPECT_EQ(blocks.TakeCachedPrefix(Tokens(33), probe), 16);  // the head of the prefix is still there
  blocks.Release(probe);
  EXPECT_FALSE(blocks.Grow(c, 2 * kKvBlockSize));
  EXPECT_TRUE(c.blocks.empty());
}

TEST(BlockManagerTest, ForkSharesFullBlocksAndCopiesTheLast) {
  BlockManager blocks(8, true);
  BlockTable parent, child, aligned;
  Compute(blocks, parent, Tokens(40));
  std::optional<BlockManager::BlockCopy> copy;
  ASSERT_TRUE(blocks.Fork(parent, 40, child, copy));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->from, parent.blocks[2]);
  EXPECT_EQ(copy->to, child.blocks[2]);
  EXPECT_NE(copy->from, copy->to);
  EXPECT_EQ(child.blocks[1], parent.blocks[1]);
  ASSERT_TRUE(blocks.Fork(parent, 32, aligned, copy));
  EXPECT_FALSE(copy);
  const BlockTable* tables[] = {&parent, &child, &aligned};
  blocks.CheckConsistency(tables);
  blocks.Release(parent);
  blocks.Release(child);
  blocks.Release(aligned);
  EXPECT_EQ(blocks.num_free_blocks(), 8);
}

TEST(BlockManagerTest, ForksContinueIntoDifferentPrefixes) {
  BlockManager blocks(8, true);
  BlockTable parent, child;
  std::vector<int32_t> one = Tokens(24), other = one;
  Compute(blocks, parent, one);
  std::optional<BlockManager::BlockCopy> copy;
  ASSERT_TRUE(blocks.Fork(parent, 24, child, copy));
  for (int32_t t = 0; t < 16; ++t) one.push_back(100 + t), other.push_back(200 + t);
  for (auto [table, tokens] : {std::pair{&parent, &one}, std::pair{&child, &other}}) {
    ASSERT_TRUE(blocks.Grow(*table, 40));
    blocks.Index(*table, *tokens, 40);
  }
  EXPECT_EQ(blocks.num_cached_blocks(), 3);
  blocks.Release(parent);
  blocks.Release(child);
  EXPECT_EQ(blocks.TakeCachedPrefix(one, parent), 32);
  EXPECT_EQ(blocks.TakeCachedPrefix(other, child), 32);
  EXPECT_NE(parent.blocks[1], child.blocks[1]);
}

TEST(BlockManagerTest, ShrinkGivesBackRoomThatWasNotUsed) {
  BlockManager blocks(8, true);
  BlockTable table;
  Compute(blocks, table, Tokens(20));
  EXPECT_TRUE(blocks.Grow(table, 70));
  EXPECT_EQ(blocks.num_free_blocks(), 3);
  blocks.Shrink(table, 21);
  EXPECT_EQ(table.blocks.size(), 2u);
  EXPECT_EQ(blocks.num_free_blocks(), 6);
  blocks.Shrink(table, 21);
  const BlockTable* tables[] = {&table};
  blocks.CheckConsistency(tables);
}

TEST(BlockManagerTest, ResetForgetsAllPrefixes) {
  BlockManager blocks(8, true);
  BlockTable a, b;
  Compute(blocks, a, Tokens(40));
  blocks.Release(a);
  blocks.ResetPrefixCache();
  EXPECT_EQ(blocks.TakeCachedPrefix(Tokens(40), b), 0);
  EXPECT_EQ(blocks.num_cached_blocks(), 0);
}

TEST(BlockManagerTest, APartOfABlockIsCopiedAndItsSourceHeld) {
  BlockManager blocks(4, true);
  BlockTable a, b, c;
  Compute(blocks, a, Tokens(32));
  blocks.Release(a);
  std::vector<int32_t> branch = Tokens(40);
  branch[21] = 99;
  EXPECT_EQ(blocks.TakeCachedPrefix(branch, b), 16);
  std::optional<BlockManager::BlockCopy> copy;
  EXPECT_EQ(blocks.TakePartOfBlock(branch, b, copy), 5);
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ(copy->to, b.blocks[1]);
  EXPECT_FALSE(blocks.Grow(c, 2 * kKvBlockSize));  // nobody can write to the source before it is copied
  blocks.ReleaseSources();
  EXPECT_TRUE(blocks.Grow(c, 2 * kKvBlockSize));
  const BlockTable* tables[] = {&b, &c};
  blocks.CheckConsistency(tables);
}

TEST(BlockManagerTest, APartOfABlockLeavesOneTokenToCompute) {
  BlockManager blocks(8, true);
  BlockTable a, b;
  Compute(blocks, a, Tokens(32));
  std::optional<BlockManager::BlockCopy> copy;
  EXPECT_EQ(blocks.TakeCachedPrefix(Tokens(17), b), 16);
  EXPECT_EQ(blocks.TakePartOfBlock(Tokens(17), b, copy), 0);
  blocks.Release(b);
  EXPECT_EQ(blocks.TakeCachedPrefix(Tokens(32), b), 16);
  EXPECT_EQ(blocks.TakePartOfBlock(Tokens(32), b, copy), 15);
}

TEST(BlockManagerTest, WithoutPrefixCacheNothingIsFound) {
  BlockManager blocks(8, false);
  BlockTable a, b;
  Compute(blocks, a, Tokens(40));
  EXPECT_EQ(blocks.TakeCachedPrefix(Tokens(40), b), 0);
  std::optional<BlockManager::BlockCopy> copy;
  EXPECT_EQ(blocks.TakePartOfBlock(Tokens(40), b, copy), 0);
}

// Random use against a naive model: what each block holds is remembered as the whole text up to its end, and every block that a
// table ever gets from the cache must hold exactly that table's text.
TEST(BlockManagerTest, RandomUseNeverLeaksAndNeverServesAWrongPrefix) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(RngKey({17, seed}));
    const int64_t num_blocks = rng.Between(3, 24);
    BlockManager blocks(num_blocks, true);
    struct Live {
      std::vector<int32_t> tokens;
      int64_t computed;
      BlockTable table;
    };
    std::vector<std::unique_ptr<Live>> live;
    std::map<int32_t, std::vector<int32_t>> contents;
    auto write = [&](Live& s, int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p)
        contents[s.table.blocks[static_cast<size_t>(p / kKvBlockSize)]].assign(s.tokens.begin(), s.tokens.begin() + p + 1);
    };
    auto verify = [&](const Live& s) {
      for (size_t b = 0; b * kKvBlockSize < static_cast<size_t>(s.computed); ++b) {
        const auto end = std::min<size_t>((b + 1) * kKvBlockSize, static_cast<size_t>(s.computed));
        ASSERT_EQ(contents[s.table.blocks[b]],
                  std::vector<int32_t>(s.tokens.begin(), s.tokens.begin() + static_cast<ptrdiff_t>(end)));
      }
    };
    int64_t hits = 0, parts = 0;
    for (int step = 0; step < 1500; ++step) {
      const uint64_t action = rng.Below(8);
      if (action < 3) {  // a new sequence over two letters, so that prefixes repeat
        auto s = std::make_unique<Live>();
        const int64_t n = rng.Between(1, 70);
        for (int64_t i = 0; i < n; ++i) s->tokens.push_back(i % 16 == 3 ? static_cast<int32_t>(rng.Below(2)) : 7);
        s->computed = blocks.TakeCachedPrefix(s->tokens, s->table);
        hits += s->computed;
        std::optional<BlockManager::BlockCopy> copy;
        const int64_t part = rng.Below(2) == 0 ? blocks.TakePartOfBlock(s->tokens, s->table, copy) : 0;
        ASSERT_EQ(part > 0, copy.has_value());
        if (copy) {
          const std::vector<int32_t>& source = contents[copy->from];
          s->computed += part;
          parts += part;
          contents[copy->to].assign(source.begin(), source.begin() + static_cast<ptrdiff_t>(s->computed));
        }
        verify(*s);
        blocks.ReleaseSources();
        live.push_back(std::move(s));
      } else if (!live.empty()) {
        const auto index = static_cast<size_t>(rng.Below(live.size()));
        Live& s = *live[index];
        const auto length = static_cast<int64_t>(s.tokens.size());
        if (action < 6) {  // compute some more, or generate
          if (s.computed == length) s.tokens.push_back(static_cast<int32_t>(rng.Below(2)));
          const int64_t end = std::min(static_cast<int64_t>(s.tokens.size()), s.computed + rng.Between(1, 20));
          if (blocks.Grow(s.table, end)) {
            write(s, s.computed, end);
            s.computed = end;
            blocks.Index(s.table, s.tokens, end);
          }
          verify(s);
        } else if (action == 6) {
          std::optional<BlockManager::BlockCopy> copy;
          auto child = std::make_unique<Live>();
          if (blocks.Fork(s.table, s.computed, child->table, copy)) {
            child->tokens = s.tokens;
            child->computed = s.computed;
            if (copy) contents[copy->to] = contents[copy->from];
            verify(*child);
            live.push_back(std::move(child));
          }
        } else {
          blocks.Release(s.table);
          live.erase(live.begin() + static_cast<ptrdiff_t>(index));
        }
      }
      std::vector<const BlockTable*> tables;
      for (const auto& s : live) tables.push_back(&s->table);
      blocks.CheckConsistency(tables);
    }
    EXPECT_GT(hits, 0);
    EXPECT_GT(parts, 0);
    for (auto& s : live) blocks.Release(s->table);
    EXPECT_EQ(blocks.num_free_blocks(), num_blocks);
  }
}

}  // namespace
}  // namespace r1
