#include "base/format.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(FormatTest, TextsOfAnyLengthAreWhole) {
  EXPECT_EQ(Format("%-4s|%5.1f%%", "ab", 12.34), "ab  | 12.3%");
  EXPECT_EQ(Format("%s", ""), "");
  const std::string filler(5000, 'x');
  EXPECT_EQ(Format("<%s>", filler.c_str()), "<" + filler + ">");
}

}  // namespace
}  // namespace r1
