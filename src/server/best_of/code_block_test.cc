#include "server/best_of/code_block.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(CodeBlockTest, TheLastBlockOfTheLanguageIsTheProgram) {
  EXPECT_EQ(CodeIn("print(1)", "python"), "print(1)");
  EXPECT_EQ(CodeIn("So:\n```python\na\n```\nor\n```py\nb\n```\nRun it:\n```sh\nc\n```\n", "python"), "b\n");
  EXPECT_EQ(CodeIn("```\na\n```\n```sh\nb\n```", "python"), "a\n");
  EXPECT_EQ(CodeIn("```sh\na\n```\n```text\nb\n```", "python"), "b\n");
  EXPECT_EQ(CodeIn("```C++ {.line}\na\n```", "cpp"), "a\n");
}

TEST(CodeBlockTest, FencesAreClosedByTheirLike) {
  EXPECT_EQ(CodeIn("````python\n```\nin it\n```\n````\n", "python"), "```\nin it\n```\n");
  EXPECT_EQ(CodeIn("~~~python\n```\na\n~~~\nb", "python"), "```\na\n");
  EXPECT_EQ(CodeIn("  ```python\r\na\r\n  ```\r\n", "python"), "a\r\n");
  EXPECT_EQ(CodeIn("``` python\ncut off", "python"), "cut off");
  EXPECT_EQ(CodeIn("```python", "python"), "");
  EXPECT_EQ(CodeIn("", "python"), "");
  EXPECT_EQ(CodeIn("```a```\nb", "python"), "```a```\nb");
  EXPECT_EQ(CodeIn("``a`` and `b`", "python"), "``a`` and `b`");
}

}  // namespace
}  // namespace r1
