#include "engine/loop_guard.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace r1 {
namespace {

// By definition, for any period.
bool Loops(std::span<const int32_t> tokens, int64_t window) {
  const auto size = static_cast<int64_t>(tokens.size());
  for (int64_t period = 1; period < size; ++period) {
    const int64_t need = std::max(window, 2 * period);
    if (need + period > size) continue;
    int64_t n = 0;
    while (n < need && tokens[static_cast<size_t>(size - 1 - n)] == tokens[static_cast<size_t>(size - 1 - n - period)]) ++n;
    if (n == need) return true;
  }
  return false;
}

// The number of tokens after which the guard speaks; -1: never.
int64_t NoticedAt(const std::vector<int32_t>& tokens, int64_t window) {
  LoopGuard guard(window);
  for (size_t n = 1; n <= tokens.size(); ++n)
    if (guard.Push(std::span(tokens).first(n))) return static_cast<int64_t>(n);
  return -1;
}

std::vector<int32_t> Random(Rng& rng, int64_t length, int64_t alphabet) {
  std::vector<int32_t> tokens;
  for (int64_t i = 0; i < length; ++i) tokens.push_back(static_cast<int32_t>(rng.Below(static_cast<uint64_t>(alphabet))));
  return tokens;
}

TEST(LoopGuardTest, NeverSpeaksWhereNothingLoopsAndSoonWhereItDoes) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Rng rng(RngKey({9, seed}));
    const int64_t window = rng.Between(8, 60), alphabet = rng.Between(2, 50), period = rng.Between(1, 60);
    std::vector<int32_t> tokens = Random(rng, rng.Between(0, 200), alphabet);
    const std::vector<int32_t> piece = Random(rng, period, alphabet);
    const int64_t copies = 5 + window / period;
    const auto before = static_cast<int64_t>(tokens.size());
    for (int64_t i = 0; i < copies; ++i) tokens.insert(tokens.end(), piece.begin(), piece.end());
    int64_t first = 1;
    while (!Loops(std::span(tokens).first(static_cast<size_t>(first)), window)) ++first;
    const int64_t noticed = NoticedAt(tokens, window);
    ASSERT_GE(noticed, first) << seed;
    ASSERT_LE(noticed, std::max(first, before + 3 * period + window) + period) << seed;
  }
}

TEST(LoopGuardTest, RandomTextIsNoLoop) {
  Rng rng(3);
  EXPECT_EQ(NoticedAt(Random(rng, 20000, 3), 40), -1);
  std::vector<int32_t> counting;  // "1 then 2 then 3 then": repeats but for one token
  for (int32_t i = 0; i < 1000; ++i) counting.insert(counting.end(), {1, 2, 3, 4, 5, 6, 7, 8, 9, 1000 + i});
  EXPECT_EQ(NoticedAt(counting, 20), -1);
}

TEST(LoopGuardTest, OneTokenForeverAndTwoCopiesOfALongText) {
  EXPECT_EQ(NoticedAt(std::vector<int32_t>(100, 7), 32), 33);
  Rng rng(4);
  const std::vector<int32_t> paragraph = Random(rng, 300, 1000);
  std::vector<int32_t> tokens = paragraph;
  tokens.insert(tokens.end(), paragraph.begin(), paragraph.end());
  EXPECT_EQ(NoticedAt(tokens, 100), -1);
  tokens.insert(tokens.end(), paragraph.begin(), paragraph.end());
  EXPECT_EQ(NoticedAt(tokens, 100), 900);
}

TEST(LoopGuardTest, StartsAnewAfterReset) {
  const std::vector<int32_t> tokens(100, 7);
  LoopGuard guard(32);
  for (size_t n = 1; n <= 60; ++n) guard.Push(std::span(tokens).first(n));
  guard.Reset();
  for (size_t n = 1; n <= 32; ++n) EXPECT_FALSE(guard.Push(std::span(tokens).first(n)));
  EXPECT_TRUE(guard.Push(std::span(tokens).first(33)));
}

TEST(NgramIndexTest, FindsTheLongestMatchAndTheLatestOfEquals) {
  const std::vector<int32_t> tokens = {1, 2, 3, 4, 9, 2, 3, 4, 8, 2, 3, 4, 7, 9, 2, 3, 4};
  NgramIndex index(3);
  for (size_t n = 1; n <= tokens.size(); ++n) index.Extend(std::span(tokens).first(n));
  const NgramIndex::Match match = index.LongestMatch(tokens, 8);
  EXPECT_EQ(match.end, 8);  // after "9 2 3 4", not after the later "2 3 4"
  EXPECT_EQ(match.length, 4);
  const NgramIndex::Match short_match = index.LongestMatch(tokens, 3);
  EXPECT_EQ(short_match.end, 12);
  EXPECT_EQ(index.LongestMatch(std::span(tokens).first(4), 8).length, 0);
}

TEST(NgramIndexTest, GrowsWithoutForgetting) {
  Rng rng(8);
  std::vector<int32_t> tokens = Random(rng, 5000, 1 << 30);
  NgramIndex grown(4), at_once(4);
  for (size_t n = 1; n <= tokens.size(); ++n) grown.Extend(std::span(tokens).first(n));
  for (int64_t start : {0, 17, 300, 2500, 4000}) {
    std::vector<int32_t> more = tokens;
    more.insert(more.end(), tokens.begin() + start, tokens.begin() + start + 6);
    NgramIndex index = grown;
    index.Extend(more);
    EXPECT_EQ(index.LongestMatch(more, 32).end, start + 6);
    EXPECT_EQ(index.LongestMatch(more, 32).length, 6);
    at_once.Clear();
    at_once.Extend(more);
    EXPECT_EQ(at_once.LongestMatch(more, 32).end, start + 6);
  }
}

}  // namespace
}  // namespace r1
