#include "data/equation_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace r1 {
namespace {

TEST(FindEquationsTest, ReadsTheWorkingOfOneLine) {
  const auto found = FindEquations("First 17-8=9, then 9*2=19. 4+8+1=13; 12/5=2 and x+1=2, 2024, 3=3, 5-7=-2.");
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].equation, (Equation{17, '-', 8, 9}));
  EXPECT_TRUE(found[0].right);
  EXPECT_FALSE(found[1].right);
  EXPECT_TRUE(found[2].right);
  EXPECT_FALSE(found[3].right);
  EXPECT_TRUE(found[4].right);
}

TEST(FindEquationsTest, SurvivesHostileNumbers) {
  EXPECT_TRUE(FindEquations("99999999999999999999+1=2").empty());
  EXPECT_EQ(FindEquations("999999999*999999999*999999999*999999999=1").size(), 1u);
  EXPECT_FALSE(FindEquations("1/0=1").at(0).right);
  EXPECT_TRUE(FindEquations("1+=2 =3 1+2=").empty());
}

// Whether reading `text` shows how `chain` is worked.
bool Works(std::string_view text, const Chain& chain) {
  std::vector<Equation> equations;
  for (const FoundEquation& found : FindEquations(text)) equations.push_back(found.equation);
  const std::vector<std::string> keys = WorkedKeys(equations);
  return std::find(keys.begin(), keys.end(), chain.Key()) != keys.end();
}

TEST(WorkedKeysTest, SeesEveryPartOfAChain) {
  const std::string text = "First 40-11=29. Then 29+25=54, then 54-30=24.";
  EXPECT_TRUE(Works(text, {{{'+', 40}, {'-', 11}, {'+', 25}}}));
  EXPECT_TRUE(Works(text, {{{'+', 29}, {'+', 25}, {'-', 30}}}));
  EXPECT_TRUE(Works(text, {{{'+', 40}, {'-', 11}, {'+', 25}, {'-', 30}}}));
  EXPECT_FALSE(Works(text, {{{'+', 40}, {'-', 11}, {'-', 30}}}));
  EXPECT_FALSE(Works("40-11=29. 28+25=53.", {{{'+', 40}, {'-', 11}, {'+', 25}}}));
}

TEST(WorkedKeysTest, SeesProductsInsideAndInFront) {
  EXPECT_TRUE(Works("2*7=14. 37-14=23. 23+20=43.", {{{'+', 37}, {'-', 2, 7}, {'+', 20}}}));
  EXPECT_TRUE(Works("40-10=30. 3*8=24. 30+24=54.", {{{'+', 40}, {'-', 10}, {'+', 3, 8}}}));
  EXPECT_TRUE(Works("3*8=24. 24+30=54.", {{{'+', 3, 8}, {'+', 30}}}));
  EXPECT_TRUE(Works("3*8=24. 5*6=30. 24+30=54.", {{{'+', 3, 8}, {'+', 5, 6}}}));
  EXPECT_TRUE(Works("15+13=28. 28*2=56.", {{{'+', 15}, {'+', 13}, {'*', 2}}}));
}

TEST(WorkedKeysTest, SeesEverythingAChainsOwnWorkingShows) {
  const Chain chain{{{'+', 6, 9}, {'-', 4, 5}, {'+', 17}, {'/', 3}, {'-', 2, 3}}};
  const std::vector<std::string> keys = WorkedKeys(chain.Equations());
  Chain prefix{{chain.terms[0]}};
  for (size_t i = 1; i < chain.terms.size(); ++i) {
    prefix.terms.push_back(chain.terms[i]);
    EXPECT_NE(std::find(keys.begin(), keys.end(), prefix.Key()), keys.end()) << i;
  }
}

}  // namespace
}  // namespace r1
