#include "text/utf8.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(Utf8Test, EachInvalidStretchBecomesOneReplacementCharacter) {
  const std::string r(kReplacementCharacter);
  EXPECT_EQ(ToValidUtf8(""), "");
  EXPECT_EQ(ToValidUtf8("a\xC3\xA9z"), "a\xC3\xA9z");
  EXPECT_EQ(ToValidUtf8("\x80"), r);
  EXPECT_EQ(ToValidUtf8("\xE2\x82"), r);  // a cut character is one
  EXPECT_EQ(ToValidUtf8("\xE2\x82z"), r + "z");
  EXPECT_EQ(ToValidUtf8("\xF0\x9F\x98\xF0\x9F\x98"), r + r);
  EXPECT_EQ(ToValidUtf8("\xED\xA0\x80"), r + r + r);  // a surrogate has no valid prefix longer than a byte
  EXPECT_EQ(ToValidUtf8("\xC0\xAF"), r + r);          // overlong
  EXPECT_EQ(ToValidUtf8("\xF5\x80"), r + r);
}

TEST(Utf8Test, FindsAnUnfinishedCharacterAtTheEnd) {
  EXPECT_EQ(IncompleteUtf8Suffix(""), 0u);
  EXPECT_EQ(IncompleteUtf8Suffix("abc"), 0u);
  EXPECT_EQ(IncompleteUtf8Suffix("ab\xC3"), 1u);
  EXPECT_EQ(IncompleteUtf8Suffix("ab\xF0\x9F"), 2u);
  EXPECT_EQ(IncompleteUtf8Suffix("\xF0\x9F\x98"), 3u);
  EXPECT_EQ(IncompleteUtf8Suffix("\xF0\x9F\x98\x80"), 0u);
  EXPECT_EQ(IncompleteUtf8Suffix("\x80\x80"), 0u);  // nothing can complete these
  EXPECT_EQ(IncompleteUtf8Suffix("\xC0"), 0u);
  EXPECT_EQ(IncompleteUtf8Suffix("\xED\xA0"), 0u);
}

}  // namespace
}  // namespace r1
