#include "text/regex.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"

namespace r1 {
namespace {

std::vector<std::string> Matches(const std::string& pattern, const std::string& text) {
  const Regex regex(pattern);
  Regex::Search search(regex, text);
  std::vector<std::string> matches;
  while (const auto m = search.Next()) matches.push_back(text.substr(m->begin, m->end - m->begin));
  return matches;
}

using Strings = std::vector<std::string>;

TEST(RegexTest, FindsSuccessiveMatches) {
  EXPECT_EQ(Matches("a+", "caab a"), (Strings{"aa", "a"}));
  EXPECT_EQ(Matches("x", "abc"), Strings{});
  EXPECT_EQ(Matches("a*", ""), Strings{});
  EXPECT_EQ(Matches("a*", "baa"), Strings{"aa"});  // empty matches do not count
}

TEST(RegexTest, ClassesAreOnigurumas) {
  EXPECT_EQ(Matches(R"(\s)", "\xE1\xA0\x8E"), Strings{});  // U+180E is no white space since Unicode 6.3
  EXPECT_EQ(Matches(R"(\s+)", "\xC2\x85\xE3\x80\x80"), (Strings{"\xC2\x85\xE3\x80\x80"}));  // U+0085 and U+3000 are
  EXPECT_EQ(Matches(R"([^\s]+)", "a\xE3\x80\x80z"), (Strings{"a", "z"}));
  EXPECT_EQ(Matches(R"(\d+)", "1\xD9\xA2x"), (Strings{"1\xD9\xA2"}));      // any script's digits
  EXPECT_EQ(Matches(R"(\w+)", "e\xCC\x81_1-"), (Strings{"e\xCC\x81_1"}));  // marks belong to words
  EXPECT_EQ(Matches(R"([\w]+)", "e\xCC\x81-"), (Strings{"e\xCC\x81"}));
  EXPECT_EQ(Matches(R"(\W)", "a-b"), (Strings{"-"}));
  EXPECT_EQ(Matches(R"(\h+)", "xA9g"), (Strings{"A9"}));
  EXPECT_EQ(Matches(R"(\u0041)", "A"), (Strings{"A"}));
  EXPECT_EQ(Matches(R"([]a]+)", "]a["), (Strings{"]a"}));
  EXPECT_EQ(Matches(R"([[:alpha:]]+)", "ab1"), (Strings{"ab"}));
  EXPECT_EQ(Matches(R"([\[\]]+)", "a[]"), (Strings{"[]"}));
}

TEST(RegexTest, BadPatternsAreErrorsWithTheReason) {
  for (const char* pattern : {"(", "[a", "a{2,1}", "(?<n", "*", "[a&&b]", "[a[b]]", "\\C", "\\p{Nonsense}", "(?P>x)"}) {
    try {
      const Regex regex(pattern);
      ADD_FAILURE() << pattern;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kInvalidArgument);
      EXPECT_NE(std::string(e.what()).find(pattern), std::string::npos) << e.what();
    }
  }
  EXPECT_THROW(Regex(std::string(1 << 20, 'a')), Error);
}

TEST(RegexTest, HopelessBacktrackingIsAnError) { EXPECT_THROW(Matches("(a+)+$", std::string(5000, 'a') + "b"), Error); }

TEST(RegexTest, LongRunsOfWhiteSpaceAreFine) {
  const std::string spaces(1'000'000, ' ');
  EXPECT_EQ(Matches(R"(\s*[\r\n]+|\s+(?!\S)|\s+)", spaces + "a").size(), 2u);
}

}  // namespace
}  // namespace r1
