#include "eval/cons_at_k.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "reward/answer_equality.h"

namespace r1 {
namespace {

using Answers = std::vector<std::optional<std::string>>;

TEST(ConsAtKTest, TheMajorityDecides) {
  EXPECT_EQ(MajorityAnswer(Answers{"1", "2", "2"}, AnswersEqual), 1u);
  EXPECT_EQ(MajorityAnswer(Answers{"1", "2.0", "2"}, AnswersEqual), 1u) << "equal answers vote together";
}

TEST(ConsAtKTest, TiesGoToTheFirstGiven) { EXPECT_EQ(MajorityAnswer(Answers{"3", "1", "1", "3"}, AnswersEqual), 0u); }

TEST(ConsAtKTest, SilenceDoesNotVote) {
  EXPECT_EQ(MajorityAnswer(Answers{std::nullopt, std::nullopt, "7"}, AnswersEqual), 2u);
  EXPECT_EQ(MajorityAnswer(Answers{std::nullopt}, AnswersEqual), std::nullopt);
  EXPECT_EQ(ConsAtK(Answers{std::nullopt, std::nullopt}, "1", 2, AnswersEqual), 0);
}

TEST(ConsAtKTest, AveragesOverWholeBlocks) {
  const Answers answers = {"1", "1", "2", /**/ "2", "2", "1", /**/ "1"};
  EXPECT_DOUBLE_EQ(ConsAtK(answers, "1", 3, AnswersEqual), 0.5);
  EXPECT_DOUBLE_EQ(ConsAtK(answers, "1", 7, AnswersEqual), 1.0);
  EXPECT_DOUBLE_EQ(ConsAtK(answers, "1", 1, AnswersEqual), 4.0 / 7);
  EXPECT_THROW(ConsAtK(answers, "1", 8, AnswersEqual), Error);
}

}  // namespace
}  // namespace r1
