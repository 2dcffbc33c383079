#include "server/idle_prefill.h"

#include <gtest/gtest.h>

#include <numeric>

namespace r1 {
namespace {

std::vector<int32_t> Tokens(size_t n, int32_t first) {
  std::vector<int32_t> tokens(n);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

// Computes a piece, as far as a block manager can tell.
void Compute(BlockManager& blocks, const std::vector<int32_t>& piece) {
  BlockTable table;
  blocks.TakeCachedPrefix(piece, table);
  ASSERT_TRUE(blocks.Grow(table, static_cast<int64_t>(piece.size())));
  blocks.Index(table, piece, static_cast<int64_t>(piece.size()));
  blocks.Release(table);
}

TEST(IdlePrefillTest, GoesPieceByPieceFromWhatIsKnown) {
  BlockManager blocks(64, true);
  IdlePrefill idle;
  const std::vector<int32_t> prefix = Tokens(400, 0);
  Compute(blocks, Tokens(200, 0));  // the answer left its question: 12 whole blocks
  idle.Offer(prefix);
  std::vector<size_t> lengths;
  while (!idle.empty()) {
    const std::vector<int32_t> piece = idle.NextPiece(blocks);
    EXPECT_TRUE(std::equal(piece.begin(), piece.end(), prefix.begin()));
    lengths.push_back(piece.size());
    Compute(blocks, piece);
  }
  EXPECT_EQ(lengths, (std::vector<size_t>{192 + 128, 400}));
  EXPECT_EQ(blocks.CachedPrefix(prefix), 400);
}

TEST(IdlePrefillTest, EndsWhereNothingIsKept) {
  const BlockManager blocks(64, /*enable_prefix_cache=*/false);
  IdlePrefill idle;
  idle.Offer(Tokens(400, 0));
  std::vector<size_t> lengths;
  while (!idle.empty() && lengths.size() < 10) lengths.push_back(idle.NextPiece(blocks).size());
  EXPECT_EQ(lengths, (std::vector<size_t>{128, 256, 384, 400}));
}

TEST(IdlePrefillTest, TheNewestComesFirstAndTheOldestIsForgotten) {
  BlockManager blocks(16, true);
  IdlePrefill idle;
  for (size_t i = 0; i < IdlePrefill::kMostPrefixes + 1; ++i) idle.Offer(Tokens(16, static_cast<int32_t>(i)));
  idle.Offer({});
  int32_t last = -1;
  for (size_t n = 0; !idle.empty(); ++n) {
    last = idle.NextPiece(blocks).front();
    EXPECT_EQ(last, static_cast<int32_t>(IdlePrefill::kMostPrefixes - n));
  }
  EXPECT_EQ(last, 1);
}

}  // namespace
}  // namespace r1
