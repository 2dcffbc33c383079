#include "text/piece_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "text/token_table.h"

namespace r1 {
namespace {

std::vector<int32_t> IdsOf(int n) { return std::vector<int32_t>(static_cast<size_t>(1 + n % 5), n); }

TEST(PieceCacheTest, KeepsTheFirstPiecesAndIsBounded) {
  PieceCache cache;
  const int most = static_cast<int>(PieceCache::kMostEntries);
  for (int n = 0; n < most + 100; ++n) {
    const std::string piece = "piece" + std::to_string(n);
    cache.Add(piece, HashText(piece), IdsOf(n));
  }
  for (const int n : {0, 1, most - 1}) {
    const std::string piece = "piece" + std::to_string(n);
    const auto ids = cache.Find(piece, HashText(piece));
    EXPECT_EQ(std::vector<int32_t>(ids.begin(), ids.end()), IdsOf(n));
  }
  const std::string late = "piece" + std::to_string(most);
  EXPECT_TRUE(cache.Find(late, HashText(late)).empty());
  // Equal hashes are told apart by the text.
  PieceCache small;
  small.Add("a", 7, IdsOf(1));
  small.Add("b", 7, IdsOf(2));
  EXPECT_EQ(small.Find("b", 7)[0], 2);
  EXPECT_TRUE(small.Find("c", 7).empty());
  small.Add(std::string(65, 'x'), 8, IdsOf(3));
  EXPECT_TRUE(small.Find(std::string(65, 'x'), 8).empty());
}

TEST(PieceCacheTest, ReadersSeeWholeEntriesWhileOthersAdd) {
  PieceCache cache;
  std::atomic<int> wrong{0}, found{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20'000; ++i) {
        const int n = (i * 7 + t) % 5'000;
        const std::string piece = std::to_string(n);
        const uint64_t hash = HashText(piece);
        const auto ids = cache.Find(piece, hash);
        if (ids.empty()) {
          cache.Add(piece, hash, IdsOf(n));
        } else {
          ++found;
          wrong += std::vector<int32_t>(ids.begin(), ids.end()) != IdsOf(n);
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(found, 0);
}

TEST(TokenTableTest, FindsEveryStringAndNothingElse) {
  std::vector<std::string> strings = {"", "a", "ab", "", "a long string of many bytes", std::string("\0x", 2), "a"};
  const TokenTable table{strings};
  for (size_t i : {1u, 2u, 4u, 5u}) EXPECT_EQ(table.Find(strings[i]), static_cast<int32_t>(i));
  EXPECT_EQ(table.Find(""), -1);
  EXPECT_EQ(table.Find("b"), -1);
  EXPECT_EQ(table.first_duplicate(), 6);
  EXPECT_EQ(TokenTable().Find("a"), -1);
}

}  // namespace
}  // namespace r1
