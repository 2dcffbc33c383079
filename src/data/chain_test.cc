#include "data/chain.h"

#include <gtest/gtest.h>

#include <set>

#include "data/split.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

const Chain kExample{{{'+', 17}, {'-', 2, 7}, {'+', 20}}};  // 17-2*7+20

TEST(ChainTest, EvaluatesProductsFirstAndLeftToRight) {
  EXPECT_EQ(kExample.Expression(), "17-2*7+20");
  EXPECT_EQ(kExample.Value(), 23);
  EXPECT_EQ(kExample.NumOperations(), 3);
  std::string text;
  for (const Equation& e : kExample.Equations()) text += EquationText(e) + ' ';
  EXPECT_EQ(text, "2*7=14 17-14=3 3+20=23 ");
}

TEST(ChainTest, ActsOnTheWholeValueWithTimesAndDivide) {
  const Chain chain{{{'+', 5}, {'+', 3}, {'*', 3}, {'/', 4}}};
  EXPECT_EQ(chain.PartialValues(), (std::vector<int64_t>{5, 8, 24, 6}));
  EXPECT_TRUE(chain.IsWithin(24));
  EXPECT_FALSE(chain.IsWithin(23));
  EXPECT_FALSE((Chain{{{'+', 5}, {'/', 2}}}.IsWithin(99)));
  EXPECT_FALSE((Chain{{{'+', 5}, {'-', 6}}}.IsWithin(99)));
}

TEST(ChainTest, OneProblemHasOneKeyHoweverItIsOrdered) {
  const Chain reordered{{{'+', 20}, {'+', 17}, {'-', 7, 2}}};
  EXPECT_EQ(kExample.Key(), reordered.Key());
  // But what happens before a multiplication of the whole stays before it.
  EXPECT_NE((Chain{{{'+', 15}, {'+', 13}, {'*', 2}}}.Key()), (Chain{{{'+', 15}, {'*', 2}, {'+', 13}}}.Key()));
}

TEST(ChainTest, OneDigitFactsAreTables) {
  EXPECT_TRUE((Chain{{{'+', 7, 8}}}.Key().starts_with(kTableKey)));
  EXPECT_TRUE((Chain{{{'+', 4}, {'+', 8}, {'+', 1}}}.Key().starts_with(kTableKey)));
  EXPECT_FALSE((Chain{{{'+', 4}, {'+', 8}, {'+', 1}, {'+', 1}}}.Key().starts_with(kTableKey)));
  EXPECT_FALSE((Chain{{{'+', 14}, {'+', 8}}}.Key().starts_with(kTableKey)));
}

TEST(ChainTest, DrawnChainsHaveTheAskedOperationsAndRange) {
  Rng rng(1);
  for (int64_t operations = 1; operations <= 6; ++operations) {
    std::set<std::string> seen;
    for (int i = 0; i < 500; ++i) {
      const auto chain = DrawSumChain(rng, operations, 99);
      if (!chain) continue;
      EXPECT_EQ(chain->NumOperations(), operations);
      EXPECT_TRUE(chain->IsWithin(99));
      EXPECT_EQ(static_cast<int64_t>(chain->Equations().size()), operations);
      EXPECT_EQ(chain->Equations().back().result, chain->Value());
      seen.insert(chain->Expression());
    }
    EXPECT_GT(seen.size(), 100u) << operations;
  }
}

}  // namespace
}  // namespace r1
