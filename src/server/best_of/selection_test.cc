#include "server/best_of/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/rng.h"

namespace r1 {
namespace {

TEST(SelectionTest, TheLowestChainThatPassesAllWins) {
  Selection selection(4);
  EXPECT_EQ(selection.best(), std::nullopt);
  selection.Judged(3, 2, 2);
  EXPECT_EQ(selection.best(), 3);
  EXPECT_FALSE(selection.decided());
  selection.Judged(1, 2, 2);
  EXPECT_EQ(selection.best(), 1);
  EXPECT_FALSE(selection.decided());
  selection.Judged(0, 1, 2);
  EXPECT_EQ(selection.best(), 1);
  EXPECT_TRUE(selection.decided());  // whatever chain 2 does
}

TEST(SelectionTest, WhereNonePassesTheBestIsTheLowestWithMostVerdicts) {
  Selection selection(4);
  selection.Judged(0, 0, 3);
  selection.Judged(2, 2, 3);
  selection.Judged(1, 2, 3);
  selection.Judged(3, 1, 3);
  EXPECT_EQ(selection.passing(), std::nullopt);
  EXPECT_EQ(selection.best(), 1);
  EXPECT_FALSE(selection.decided());
}

// Whatever order verdicts come in, the choice is the same; and once it is decided no later verdict changes it.
TEST(SelectionTest, TheOrderOfVerdictsDoesNotMatter) {
  Rng rng({3});
  for (int round = 0; round < 500; ++round) {
    std::vector<int64_t> passed(6), order(6);
    for (int64_t& p : passed) p = static_cast<int64_t>(rng.Below(4));
    std::iota(order.begin(), order.end(), 0);
    Selection in_order(6);
    for (const int64_t chain : order) in_order.Judged(chain, passed[static_cast<size_t>(chain)], 3);
    for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[rng.Below(i + 1)]);
    Selection shuffled(6);
    std::optional<int64_t> decided;
    for (const int64_t chain : order) {
      shuffled.Judged(chain, passed[static_cast<size_t>(chain)], 3);
      if (!decided && shuffled.decided()) decided = shuffled.best();
    }
    EXPECT_EQ(shuffled.best(), in_order.best());
    if (decided) {
      EXPECT_EQ(decided, in_order.best());
    }
  }
}

}  // namespace
}  // namespace r1
