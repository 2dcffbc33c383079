#include "base/terminal.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace r1 {
namespace {

TEST(TerminalTest, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("naïve"), 5);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);                 // e and a combining accent
  EXPECT_EQ(DisplayWidth("\xE4\xBD\xA0\xE5\xA5\xBD"), 4);  // two wide characters
  EXPECT_EQ(DisplayWidth("\xE2\x9C\x85"), 2);              // a check mark that is drawn as an emoji
  EXPECT_EQ(DisplayWidth("\x1b[1mbold\x1b[0m"), 4);
  EXPECT_EQ(DisplayWidth("\xFF"), 1);  // shown as one replacement character
}

TEST(TerminalTest, CutsToTheWidthBetweenCharacters) {
  EXPECT_EQ(FitToWidth("abcdef", 6), "abcdef");
  EXPECT_EQ(FitToWidth("abcdef", 5), "abcd…");
  EXPECT_EQ(FitToWidth("\xE4\xBD\xA0\xE5\xA5\xBD", 3), "\xE4\xBD\xA0…");
  EXPECT_EQ(FitToWidth("\x1b[1mabcdef\x1b[0m", 4), "\x1b[1mabc…\x1b[0m");
  EXPECT_EQ(FitToWidth("abc", 1), "…");
  EXPECT_EQ(FitToWidth("abc", 0), "");
}

TEST(TerminalTest, TextOfOthersCannotDriveTheTerminal) {
  EXPECT_EQ(PrintableText("a\x1b[2Jb\rc\x07"), "a?[2Jb?c?");
  EXPECT_EQ(PrintableText("a\nb\tc"), "a\nb\tc");
  EXPECT_EQ(PrintableText("a\nb\tc", /*one_line=*/true), "a b c");
  EXPECT_EQ(PrintableText("caf\xC3\xA9 \xC3(\x9B"), "caf\xC3\xA9 \xEF\xBF\xBD(\xEF\xBF\xBD");
  EXPECT_EQ(PrintableText("\xC2\x9B"), "?");  // the one-character form of ESC [
}

TEST(TerminalTest, StylesOnlyWhereColourIsWelcome) {
  const Terminal plain(true, false, 80, [](std::string_view) {});
  const Terminal colourful(true, true, 80, [](std::string_view) {});
  EXPECT_EQ(plain.Dim("x"), "x");
  EXPECT_EQ(colourful.Dim("x"), "\x1b[2mx\x1b[0m");
}

TEST(Utf8Test, ReplacesMaximalSubpartsAsUnicodeRecommends) {
  // The example of the Unicode Standard, table 3-11.
  const std::string_view text =
      "a\xF1\x80\x80\xE1\x80\xC2"
      "b\x80"
      "c\x80\xBF"
      "d";
  std::string shown;
  for (std::string_view rest = text; !rest.empty();) {
    const Utf8Char c = NextUtf8Char(rest);
    shown += c.valid ? EncodeUtf8(c.code_point) : "?";
    rest.remove_prefix(static_cast<size_t>(c.num_bytes));
  }
  EXPECT_EQ(shown, "a???b?c??d");
}

TEST(Utf8Test, RefusesOverlongSurrogatesAndTooLarge) {
  for (const char* bad : {"\xC0\xAF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80"})
    EXPECT_FALSE(IsValidUtf8(bad));
  for (const char* good : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(IsValidUtf8(good));
}

TEST(Utf8Test, EncodesWhatItDecodes) {
  for (char32_t c : {U'\0', U'a', U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFD', U'\x10000', U'\x10FFFF'}) {
    const std::string bytes = EncodeUtf8(c);
    const Utf8Char back = NextUtf8Char(bytes);
    EXPECT_TRUE(back.valid);
    EXPECT_EQ(back.code_point, c);
    EXPECT_EQ(static_cast<size_t>(back.num_bytes), bytes.size());
  }
  EXPECT_EQ(EncodeUtf8(0xD800), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace r1
