#include "terminal/markdown_stream.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

const Terminal kColour(true, true, 40, [](std::string_view) {});

// The whole text at once, and the same in every possible pair of pieces and byte by byte: what is shown must not depend on it.
std::string Shown(std::string_view text) {
  MarkdownStream whole(kColour);
  std::string expected = whole.Push(text);
  expected += whole.Flush();
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    MarkdownStream pieces(kColour);
    std::string shown = pieces.Push(text.substr(0, cut));
    shown += pieces.Push(text.substr(cut));
    EXPECT_EQ(shown + pieces.Flush(), expected) << "cut at " << cut;
  }
  MarkdownStream bytes(kColour);
  std::string shown;
  for (char c : text) shown += bytes.Push({&c, 1});
  EXPECT_EQ(shown + bytes.Flush(), expected) << "byte by byte";
  return expected;
}

// Without styles, for what matters is the text.
std::string Plain(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (text[i] != 'm') ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

TEST(MarkdownStreamTest, EmphasisBecomesStyle) {
  EXPECT_EQ(Shown("a **b** c"), "a \x1b[0m\x1b[1mb\x1b[0m c");
  EXPECT_EQ(Shown("*x*"), "\x1b[0m\x1b[3mx\x1b[0m");
  EXPECT_EQ(Shown("run `r1 *x*`"), "run \x1b[36mr1 *x*\x1b[0m");
}

TEST(MarkdownStreamTest, ArithmeticAndNamesStayText) {
  for (const char* text : {"2 * 3 * 4 = 24", "snake_case_name", "a $5 and $6 bill", "[1, 2, 3]", "f(x) = x^2", "3 < 4 > 2",
                           "a \\ b", "5. and", "~ 3", "unclosed ` tick"})
    EXPECT_EQ(Shown(text), text);
}

TEST(MarkdownStreamTest, FormulasAreNotTouched) {
  EXPECT_EQ(Plain(Shown("so $a_1 * b_2$ and \\(x_1*y*z\\) give \\boxed{42}.")),
            "so $a_1 * b_2$ and \\(x_1*y*z\\) give \\boxed{42}.");
  EXPECT_NE(Shown("\\boxed{42}").find("\x1b[1m"), std::string::npos);
}

TEST(MarkdownStreamTest, BlocksKeepTheirLines) {
  EXPECT_EQ(Plain(Shown("# Title\n- one\n  * two\n3. three\n> said\n")), "Title\n• one\n  • two\n3. three\n│ said\n");
  EXPECT_EQ(Plain(Shown("```python\nx = '**'\n```\nend")), "  python\n  x = '**'\nend");
  EXPECT_EQ(Plain(Shown("a\n---\nb")).substr(0, 2), "a\n");
}

TEST(MarkdownStreamTest, TablesAlign) {
  EXPECT_EQ(Plain(Shown("| n | square |\n|--:|---|\n| 2 | 4 |\n| 10 | **100** |\nend")),
            " n │ square\n───┼───────\n 2 │ 4     \n10 │ 100   \nend");
  EXPECT_EQ(Shown("| no table\nx"), "| no table\nx");
}

TEST(MarkdownStreamTest, TextAppearsAsSoonAsItIsCertain) {
  MarkdownStream stream(kColour);
  EXPECT_EQ(stream.Push("The answer"), "The answer");
  EXPECT_EQ(stream.Push(" is *"), " is ");
  EXPECT_EQ(stream.Push("*7"), "\x1b[0m\x1b[1m7");
}

TEST(MarkdownStreamTest, EndsWithAPlainTerminal) {
  for (const char* text : {"**open", "# head", "```\ncode", "> quote", "| a |\n|---|", "*", "`", "[x](", "$x", "\\bo"}) {
    const std::string shown = Shown(text);
    const size_t last = shown.rfind("\x1b[");
    EXPECT_TRUE(last == std::string::npos || shown.substr(last, 4) == "\x1b[0m") << text;
  }
}

TEST(MarkdownStreamTest, PassesUnchangedWithoutColour) {
  MarkdownStream stream(Terminal(false, false, 80, [](std::string_view) {}));
  EXPECT_EQ(stream.Push("**a** | b"), "**a** | b");
  EXPECT_EQ(stream.Flush(), "");
}

}  // namespace
}  // namespace r1
