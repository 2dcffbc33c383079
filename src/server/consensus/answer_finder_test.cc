#include "server/consensus/answer_finder.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

std::string Find(std::string_view text, std::string_view place = "auto") { return AnswerFinder(place).Find(text).value_or("-"); }

TEST(AnswerFinderTest, AnswersAreFoundWhereTheyAreLookedFor) {
  EXPECT_EQ(Find("<answer> 14 </answer>"), "14");
  EXPECT_EQ(Find("<answer>1</answer> no: <answer>2</answer>"), "2");
  EXPECT_EQ(Find("so $\\boxed{\\frac{1}{2}}$ and 7"), "\\frac{1}{2}");
  EXPECT_EQ(Find("\\boxed{3} then \\boxed{4"), "3");
  EXPECT_EQ(Find("\\boxed{\\{1,2\\}}"), "\\{1,2\\}");
  EXPECT_EQ(Find("There are 3 steps. The answer is **42**."), "42");
  EXPECT_EQ(Find("Answer: Paris\nAsk me more."), "Paris");
  EXPECT_EQ(Find("It makes 3 and 5."), "5");
  EXPECT_EQ(Find("Paris"), "Paris");
  EXPECT_EQ(Find(" \n"), "-");
  EXPECT_EQ(Find("first\nlast\n", "last_line"), "last");
  EXPECT_EQ(Find("no box", "boxed"), "-");
  EXPECT_EQ(Find("1 \\boxed{}", "boxed"), "-");
  EXPECT_EQ(Find("</answer><answer>", "tag"), "-");
}

TEST(AnswerFinderTest, PointersAndPatterns) {
  EXPECT_EQ(Find(R"({"a":[1,{"b":"x"}]})", "json:/a/1/b"), "x");
  EXPECT_EQ(Find(R"({"a":[1,{"b":"x"}]})", "json:/a"), R"([1,{"b":"x"}])");
  EXPECT_EQ(Find(R"({"a":1})", "json:/b"), "-");
  EXPECT_EQ(Find("no JSON", "json:/a"), "-");
  EXPECT_EQ(Find("x=1, x=22", "regex:\\d+"), "22");
  EXPECT_EQ(Find("none", "regex:\\d+"), "-");
  EXPECT_EQ(Find(std::string(40, 'a'), "regex:(a+)+b"), "-");  // it ends
  for (const char* wrong : {"best", "", "json:a", "regex:("}) EXPECT_THROW(AnswerFinder{wrong}, Error) << wrong;
}

}  // namespace
}  // namespace r1
