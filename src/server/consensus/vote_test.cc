#include "server/consensus/vote.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace r1 {
namespace {

TEST(VoteTest, EqualAnswersVoteTogether) {
  Vote vote(5);
  vote.Cast(3, "7.0", 40);
  vote.Cast(0, "8", 30);
  vote.Cast(1, {}, 99);
  vote.Cast(4, "14/2", 20);
  const auto ranking = vote.Ranking();
  ASSERT_EQ(ranking.size(), 2u);
  EXPECT_EQ(ranking[0].answer, "7.0");
  EXPECT_EQ(ranking[0].chains, (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(vote.Speaker(), 4);
  EXPECT_EQ(vote.Margin(), 1);
  EXPECT_FALSE(vote.Decided());  // the last chain may say 8
  vote.Cast(2, "7", 20);
  EXPECT_TRUE(vote.Decided());
  EXPECT_EQ(vote.Speaker(), 2);  // as short as chain 4, and before it
}

TEST(VoteTest, NobodyVotes) {
  Vote vote(2);
  vote.Cast(0, {}, 5);
  EXPECT_FALSE(vote.Decided());
  vote.Cast(1, {}, 5);
  EXPECT_TRUE(vote.Decided());
  EXPECT_TRUE(vote.Ranking().empty());
}

// What is decided stays so, whatever the rest says and in whatever order the chains end.
TEST(VoteTest, ADecidedVoteCannotChange) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Rng rng(RngKey({5, seed}));
    const int64_t k = rng.Between(2, 12);
    std::vector<std::optional<std::string>> answers;
    std::vector<int64_t> order;
    for (int64_t i = 0; i < k; ++i) {
      const auto answer = rng.Below(4);
      answers.push_back(answer == 3 ? std::nullopt : std::optional(std::string(1, static_cast<char>('a' + answer))));
      order.insert(order.begin() + static_cast<ptrdiff_t>(rng.Below(order.size() + 1)), i);
    }
    Vote vote(k);
    std::string decided;
    for (const int64_t chain : order) {
      vote.Cast(chain, answers[static_cast<size_t>(chain)], 10);
      if (vote.Decided() && decided.empty() && !vote.Ranking().empty()) decided = vote.Ranking()[0].answer;
    }
    Vote in_order(k);
    for (int64_t i = 0; i < k; ++i) in_order.Cast(i, answers[static_cast<size_t>(i)], 10);
    if (!decided.empty()) {
      EXPECT_EQ(decided, in_order.Ranking()[0].answer);
      EXPECT_EQ(decided, vote.Ranking()[0].answer);
    }
  }
}

}  // namespace
}  // namespace r1
