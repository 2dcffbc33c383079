#include "eval/pass_at_k.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

TEST(PassAtKTest, EqualsOneMinusTheShareOfWrongSubsets) {
  EXPECT_DOUBLE_EQ(PassAtK(10, 3, 1), 0.3);
  EXPECT_NEAR(PassAtK(10, 3, 2), 1 - 21.0 / 45, 1e-12);           // C(7,2) / C(10,2)
  EXPECT_NEAR(PassAtK(200, 10, 100), 0.9992289739372822, 1e-12);  // 1 - C(190,100) / C(200,100)
  EXPECT_EQ(PassAtK(5, 0, 5), 0);
  EXPECT_EQ(PassAtK(5, 1, 5), 1);
  EXPECT_EQ(PassAtK(5, 5, 1), 1);
  EXPECT_EQ(PassAtK(8, 8, 8), 1);
}

TEST(PassAtKTest, IsTheMeanOverAllSubsets) {
  // n = 5, c = 2, k = 3: of the 10 triples, one has no right completion.
  EXPECT_NEAR(PassAtK(5, 2, 3), 0.9, 1e-12);
}

TEST(PassAtKTest, RefusesImpossibleNumbers) {
  EXPECT_THROW(PassAtK(4, 1, 5), Error);
  EXPECT_THROW(PassAtK(4, 5, 1), Error);
  EXPECT_THROW(PassAtK(4, -1, 1), Error);
  EXPECT_THROW(PassAtK(4, 1, 0), Error);
}

}  // namespace
}  // namespace r1
