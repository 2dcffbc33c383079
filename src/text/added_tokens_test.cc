#include "text/added_tokens.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

using Parts = std::vector<std::pair<int32_t, std::string>>;

Parts Split(const std::vector<AddedToken>& tokens, const std::string& text, bool skip_control = false) {
  AddedTokenMatcher matcher;
  for (const AddedToken& token : tokens) matcher.Add(token, token.content);
  Parts parts;
  for (const auto& section : matcher.Split(text, skip_control)) parts.emplace_back(section.id, section.text);
  return parts;
}

TEST(AddedTokensTest, TakesTheLeftmostAndThenTheLongest) {
  const std::vector<AddedToken> tokens = {{.id = 1, .content = "ab"}, {.id = 2, .content = "abc"}, {.id = 3, .content = "bcd"}};
  EXPECT_EQ(Split(tokens, "xabcdab"), (Parts{{-1, "x"}, {2, "abc"}, {-1, "d"}, {1, "ab"}}));
  EXPECT_EQ(Split(tokens, "bcdab"), (Parts{{3, "bcd"}, {1, "ab"}}));
  EXPECT_EQ(Split(tokens, "a"), (Parts{{-1, "a"}}));
  EXPECT_EQ(Split({}, "abc"), (Parts{{-1, "abc"}}));
}

TEST(AddedTokensTest, StripsWhiteSpaceOnTheSidesAsked) {
  const std::vector<AddedToken> tokens = {{.id = 1, .content = "<l>", .lstrip = true}, {.id = 2, .content = "<r>", .rstrip = true}};
  EXPECT_EQ(Split(tokens, "a \n<l> b"), (Parts{{-1, "a"}, {1, " \n<l>"}, {-1, " b"}}));
  EXPECT_EQ(Split(tokens, "a <r>\xE3\x80\x80 b"), (Parts{{-1, "a "}, {2, "<r>\xE3\x80\x80 "}, {-1, "b"}}));
  EXPECT_EQ(Split(tokens, "<r>  <l>"), (Parts{{2, "<r>  "}, {1, "<l>"}}));  // white space goes to the first that takes it
}

TEST(AddedTokensTest, SingleWordsNeedBoundaries) {
  const std::vector<AddedToken> tokens = {{.id = 1, .content = "one", .single_word = true}};
  EXPECT_EQ(Split(tokens, "one, onerous \xC3\xA9one one"), (Parts{{1, "one"}, {-1, ", onerous \xC3\xA9one "}, {1, "one"}}));
}

TEST(AddedTokensTest, ControlTokensCanBeTakenAsText) {
  const std::vector<AddedToken> tokens = {
      {.id = 1, .content = "<think>"}, {.id = 2, .content = "[END]", .special = true}, {.id = 3, .content = "   "}};
  EXPECT_EQ(Split(tokens, "<think>   [END]"), (Parts{{1, "<think>"}, {3, "   "}, {2, "[END]"}}));
  EXPECT_EQ(Split(tokens, "<think>   [END]", true), (Parts{{-1, "<think>"}, {3, "   "}, {-1, "[END]"}}));
}

}  // namespace
}  // namespace r1
