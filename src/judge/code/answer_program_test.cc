#include "judge/code/answer_program.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

std::string CodeOf(std::string_view answer, std::string_view language = "python") { return FindProgram(answer, language).code; }

TEST(AnswerProgramTest, TheLastBlockOfTheLanguageIsTheProgram) {
  EXPECT_EQ(CodeOf("First\n```python\na\n```\nthen\n```python\nb\n```\ndone"), "b\n");
  EXPECT_EQ(CodeOf("So:\n```python\na\n```\nor\n```py\nb\n```\nRun it:\n```sh\nc\n```\n"), "b\n");
  EXPECT_EQ(CodeOf("```python\na\n```\nIt prints\n```\n5\n```"), "a\n") << "an example of its output";
  EXPECT_EQ(CodeOf("```\na\n```\n```sh\nb\n```"), "a\n");
  EXPECT_EQ(CodeOf("```sh\na\n```\n```text\nb\n```"), "b\n");
  EXPECT_EQ(CodeOf("```C++ {.line}\na\n```", "cpp"), "a\n");
  EXPECT_EQ(CodeOf("```cpp\na\n```\n```python\nb\n```", "cpp"), "a\n");
}

TEST(AnswerProgramTest, WithoutALanguageAnyThatHasAJudgeWillDo) {
  const AnswerProgram program = FindProgram("```cpp\na\n```\n```text\nb\n```\n```\nc\n```", "");
  EXPECT_EQ(program.code, "a\n");
  EXPECT_EQ(program.fence_language, "cpp");
  EXPECT_EQ(FindProgram("```\na\n```\n```text\nb\n```", "").fence_language, "");
}

TEST(AnswerProgramTest, FencesAreClosedByTheirLike) {
  EXPECT_EQ(CodeOf("````python\n```\nin it\n```\n````\n"), "```\nin it\n```\n");
  EXPECT_EQ(CodeOf("~~~python\n```\na\n~~~\nb"), "```\na\n");
  EXPECT_EQ(CodeOf("```python\n~~~\na\n```"), "~~~\na\n");
  EXPECT_EQ(CodeOf("```python\na\n````\nb"), "a\n") << "a longer one closes too";
  EXPECT_EQ(CodeOf("```a```\nb"), "```a```\nb");
  EXPECT_EQ(CodeOf("``a`` and `b`"), "``a`` and `b`");
}

TEST(AnswerProgramTest, FencesMayStandBesideWordsAndInLists) {
  EXPECT_EQ(CodeOf("Here: ```python\na\n```\nSo ```x``` it is."), "a\n");
  EXPECT_EQ(CodeOf("```python\ndef f():\n  return 1```\nDone"), "def f():\n  return 1");
  EXPECT_EQ(CodeOf("```python\ns = `x```\n```"), "s = `x```\n");
  EXPECT_EQ(CodeOf("1. So:\n   ```python\n   def f():\n     return 1\n\n   ```\n"), "def f():\n  return 1\n\n");
  EXPECT_EQ(CodeOf("      ```python\r\n      a\r\n b\r\n      ```\r\n"), "a\r\nb\r\n");
}

TEST(AnswerProgramTest, SaysWhetherTheBlockIsWhole) {
  const auto form = [](std::string_view answer) { return FindProgram(answer, "python").form; };
  EXPECT_EQ(form("a = 1"), AnswerProgram::Form::kBare);
  EXPECT_EQ(form("```python\na\n```"), AnswerProgram::Form::kWhole);
  EXPECT_EQ(form("```python\na"), AnswerProgram::Form::kCutOff);
  EXPECT_EQ(CodeOf("a = 1"), "a = 1");
  EXPECT_EQ(CodeOf("``` python\ncut off"), "cut off");
  EXPECT_EQ(CodeOf("```python\nwhole\n```\n```python\ncut off"), "whole\n");
  EXPECT_EQ(CodeOf("```sh\nwhole\n```\n```python\ncut off"), "cut off");
  for (const char* empty : {"", "```", "```python", "```python\n```"}) EXPECT_EQ(CodeOf(empty), "") << empty;
}

}  // namespace
}  // namespace r1
