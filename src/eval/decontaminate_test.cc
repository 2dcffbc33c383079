#include "eval/decontaminate.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

const std::string kQuestion = "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May.";

TEST(DecontaminateTest, FindsRunsWhateverTheCaseAndPunctuation) {
  const std::vector<std::string> train = {"nothing of the kind is said in this text, which is long enough to hold ten words",
                                          "... natalia SOLD clips; to 48 of her friends in april -- the end"};
  const Decontamination found = FindOverlaps(
      train, std::vector<std::string>{"another question that nobody has ever seen anywhere before, honestly", kQuestion});
  ASSERT_EQ(found.overlaps.size(), 1u);
  EXPECT_EQ(found.overlaps[0].test, 1u);
  EXPECT_EQ(found.overlaps[0].train, 1u);
  EXPECT_EQ(found.overlaps[0].run, "natalia sold clips to 48 of her friends in april");
  EXPECT_EQ(found.train_contaminated, (std::vector<bool>{false, true}));
}

TEST(DecontaminateTest, NineWordsAreNoOverlap) {
  const std::vector<std::string> train = {"natalia sold clips to 48 of her friends in march"};
  EXPECT_TRUE(FindOverlaps(train, std::vector<std::string>{kQuestion}).overlaps.empty());
  EXPECT_EQ(FindOverlaps(train, std::vector<std::string>{kQuestion}, 9).overlaps.size(), 1u);
}

TEST(DecontaminateTest, ShortQuestionsCountAsAWholeAndVeryShortOnesNotAtAll) {
  const std::vector<std::string> train = {"Compute 12 plus 30 minus 7 now, said Ann."};
  const Decontamination found =
      FindOverlaps(train, std::vector<std::string>{"Compute 12 plus 30 minus 7", "Compute 12 plus", "Compute 12 plus 30 minus 8"});
  ASSERT_EQ(found.overlaps.size(), 1u);
  EXPECT_EQ(found.overlaps[0].test, 0u);
  EXPECT_EQ(found.unchecked, 1);
  EXPECT_THROW(FindOverlaps(train, train, 1), Error);
}

}  // namespace
}  // namespace r1
