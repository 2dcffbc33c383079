#include "base/ascii.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(AsciiTest, FindLastFindsWhatRfindFinds) {
  for (const std::string_view text : {"", "a", "ab", "abab", "aab", "abaab", "ba", "bbb", "xaby", "aaaa"})
    for (const std::string_view piece : {"a", "b", "ab", "aa", "aab", "abab", "x"})
      EXPECT_EQ(FindLast(text, piece), text.rfind(piece)) << piece << " in " << text;
}

}  // namespace
}  // namespace r1
