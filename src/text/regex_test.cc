#include "text/regex.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

std::vector<std::string> Matches(const Regex& regex, const std::string& text) {
  Regex::Search search(regex, text);
  std::vector<std::string> matches;
  while (const auto m = search.Next()) matches.push_back(text.substr(m->begin, m->end - m->begin));
  return matches;
}

std::vector<std::string> Matches(const std::string& pattern, const std::string& text) { return Matches(Regex(pattern), text); }

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

// The patterns of published tokenizers: GPT-2, Llama 3, Qwen2 and 3, Qwen3.5, DeepSeek LLM, Coder and V3, StarCoder, SmolLM.
const char* const kPublishedPatterns[] = {
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"(\p{N}{1,3})",
    "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|"
    "\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    "[\r\n]",
    R"(\s?\p{L}+)",
    R"(\s?\p{P}+)",
    R"(\s+$)",
    "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
    "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
    R"(\p{N}+)",
    R"(\p{N})"};

// Both engines on texts of whatever makes these patterns decide: letters, marks and digits of many scripts, all kinds of white
// space.
TEST(RegexTest, PublishedPatternsNeedNoEngineAndMatchAsPcre2Does) {
  static constexpr const char* kParts[] = {
      "a",          "Z",      "s",      "S",      "t",      "re",     "VE",     "ll",     "k",      "'",    "'s",
      "'\u017F",    "\u212A", "\u00E9", "\u4E2D", "\u3042", "\uAC00", "\u0301", "\u0903", "1",      "23",   "\u0662",
      "\u00BD",     "\u2167", "-",      "_",      "#",      "$",      "\u20AC", "\u2026", "\uFF01", " ",    "  ",
      "\n",         "\r\n",   "\t",     "\u00A0", "\u3000", "\u2028", "\u0085", "\u200B", "\u180E", "\x01", "\U0001F600",
      "\U00010400", "\uE000", "\u0378", "\\",     "]",      "~",      "A"};
  Rng rng(RngKey({11}));
  for (const char* const pattern : kPublishedPatterns) {
    const Regex fast(pattern), slow(pattern, Regex::Engine::kPcre2);
    ASSERT_FALSE(fast.uses_pcre2()) << pattern;
    for (int round = 0; round < 4000; ++round) {
      std::string text;
      for (uint64_t n = 1 + rng.Below(24); n > 0; --n) text += kParts[rng.Below(std::size(kParts))];
      ASSERT_EQ(Matches(fast, text), Matches(slow, text)) << pattern << "\n" << text;
    }
  }
}

// What is not understood goes to PCRE2 rather than being guessed.
TEST(RegexTest, OtherPatternsGoToPcre2) {
  for (const char* pattern : {"a*", "a+?b", "(a|b)+", "a++", "(?=a)b", "^a", ".", "\\w+", "[[:alpha:]]", "(?i:é)", "(?i:[a]b)",
                              "a(?:b)", "x{0}y", "[^\\S]", "\\bx", "a+b+c", ".?a+b"})
    EXPECT_TRUE(Regex(pattern).uses_pcre2()) << pattern;
}

TEST(RegexTest, HopelessRunsAreScannedOnce) {
  const std::string spaces(2'000'000, ' ');
  EXPECT_EQ(Matches(R"(\s+$)", spaces + "a").size(), 0u);  // quadratic if every space starts a search of its own
  EXPECT_EQ(Matches(R"(\s*[\r\n]+)", spaces + "a").size(), 0u);
  EXPECT_EQ(Matches(R"(\s+$)", "a " + spaces).size(), 1u);
}

// Characters of Unicode 15 and 16, whatever the system's libraries know.
TEST(RegexTest, KnowsUnicode16) {
  EXPECT_EQ(Matches(R"(\p{L}+)", "\U00010D50\U0001E5D0"), (Strings{"\U00010D50\U0001E5D0"}));
  EXPECT_EQ(Matches(R"(\p{Nd}+)", "\U00010D40"), (Strings{"\U00010D40"}));
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
