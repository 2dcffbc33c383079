#include "reward/language_share.h"

#include <gtest/gtest.h>

#include "reward/reward.h"

namespace r1 {
namespace {

double Share(const std::string& text, const std::string& language) {
  const LanguageWords words = CountLanguageWords(text, language).value();
  return words.all == 0 ? -1 : static_cast<double>(words.target) / static_cast<double>(words.all);
}

const std::string kEnglish =
    "First we look at the two equations and subtract one from the other. Then we know what the number must be.";
const std::string kGerman =
    "Zuerst betrachten wir die beiden Gleichungen und ziehen die eine von der anderen ab. Dann kennen wir die gesuchte Zahl.";
// "First we look at these two equations, then we subtract."
const std::string kChinese =
    "\xE9\xA6\x96\xE5\x85\x88\xE6\x88\x91\xE4\xBB\xAC\xE6\x9D\xA5\xE7\x9C\x8B\xE8\xBF\x99\xE4\xB8\xA4\xE4\xB8\xAA\xE6\x96\xB9\xE7"
    "\xA8\x8B\xE3\x80\x82";

TEST(LanguageShareTest, TellsScriptsApart) {
  EXPECT_EQ(Share(kEnglish, "en"), 1);
  EXPECT_EQ(Share(kEnglish, "zh"), 0);
  EXPECT_EQ(Share(kChinese, "zh"), 1);
  EXPECT_EQ(Share(kChinese, "en"), 0);
  const double mixed = Share(kEnglish + "\n" + kChinese, "en");
  EXPECT_GT(mixed, 0.5);
  EXPECT_LT(mixed, 0.8);
}

TEST(LanguageShareTest, TellsLanguagesOfOneScriptApart) {
  EXPECT_EQ(Share(kGerman, "de"), 1);
  EXPECT_EQ(Share(kGerman, "en"), 0);
  EXPECT_EQ(Share(kEnglish, "de"), 0);
  const double mixed = Share(kEnglish + " " + kGerman, "en");
  EXPECT_GT(mixed, 0.3);
  EXPECT_LT(mixed, 0.7);
}

TEST(LanguageShareTest, FormulasAndCodeAreOfNoLanguage) {
  EXPECT_EQ(Share("$\\frac{a}{b} = alpha$ \\[ x = y \\] `int main`", "en"), -1);
  EXPECT_EQ(Share("17 - 8 = 9", "zh"), -1);
  EXPECT_EQ(Share(kChinese + " $x + y = z$ \\text", "zh"), 1);
}

TEST(LanguageShareTest, WhatIsNeverClosedCostsNoMoreThanItsLength) {
  std::string open;
  for (int i = 0; i < 200000; ++i) open += "\\( $ ` x";
  EXPECT_TRUE(CountLanguageWords(open, "en", TimeLimit(20)).has_value());
  EXPECT_FALSE(CountLanguageWords(kEnglish + ". " + kEnglish, "en", TimeLimit(0)).has_value()) << "no half counts";
}

TEST(LanguageShareTest, TheRewardFollowsTheQuestion) {
  RewardSpec spec;
  spec.name = "language_consistency";
  spec.language = "question";
  const RewardFn reward = MakeReward(spec);
  const JudgedCompletion english{"<think>" + kEnglish + "</think> 4", {}, true};
  EXPECT_EQ(*reward({.id = "1", .question = "How many of the apples are left over?", .answer = "4"}, english).score, 1);
  EXPECT_EQ(*reward({.id = "2", .question = kGerman, .answer = "4"}, english).score, 0);
  EXPECT_EQ(*reward({.id = "3", .question = "How many of the apples are left over?", .answer = "4"}, {kEnglish, {}, true}).score, 0)
      << "no closed thinking";
  spec.language = "xx";
  EXPECT_THROW(MakeReward(spec), Error);
}

}  // namespace
}  // namespace r1
