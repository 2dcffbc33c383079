#include "judge/code/code_tests_json.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

CodeTests Parse(const std::string& text) { return ParseCodeTests({text, "setup", "f", "int f("}, "file"); }

TEST(CodeTestsJsonTest, ReadsEveryForm) {
  const auto stdin_tests = std::get<StdinTests>(Parse(R"j({"stdin": [{"input": "2 3\n", "output": "5"}]})j"));
  EXPECT_EQ(stdin_tests.at(0).input, "2 3\n");
  EXPECT_EQ(stdin_tests.at(0).expected, "5");
  EXPECT_EQ(std::get<StdinTests>(Parse(R"j([{"input": "", "output": ""}, {"input": "", "output": ""}])j")).size(), 2u);
  const auto calls =
      std::get<CallTests>(Parse(R"j({"calls": {"function": "S.f", "tests": [{"arguments": [1, "a"], "expected": null}]}})j"));
  EXPECT_EQ(calls.function, "S.f");
  EXPECT_EQ(calls.tests.at(0).arguments, R"j([1,"a"])j");
  EXPECT_EQ(calls.tests.at(0).expected, "null");
  const auto asserts = std::get<AssertTests>(Parse(R"j({"asserts": {"tests": ["a", "b"], "setup": "s", "entry_point": "e"}})j"));
  EXPECT_EQ(asserts.tests.size(), 2u);
  EXPECT_EQ(asserts.setup, "s");
  EXPECT_EQ(asserts.entry_point, "e");
  const auto list = std::get<AssertTests>(Parse(R"j(["assert f(1)"])j"));
  EXPECT_EQ(list.setup, "setup");
  EXPECT_EQ(list.declaration, "int f(");
  EXPECT_EQ(std::get<AssertTests>(Parse("def check(candidate):\n  assert candidate(1)\n")).tests.at(0),
            "def check(candidate):\n  assert candidate(1)\n\ncheck(f)");
  EXPECT_EQ(std::get<AssertTests>(Parse("assert f(1)")).tests.at(0), "assert f(1)");
}

TEST(CodeTestsJsonTest, WhatIsNoTestIsRefused) {
  for (const char* text :
       {"{", "{}", "[]", "[1]", "[[]]", R"j({"stdin": []})j", R"j({"stdin": {}})j", R"j({"stdin": [{"input": "a"}]})j",
        R"j({"stdin": [{"input": "a", "output": 5}]})j", R"j({"stdin": [{"input": "a", "output": "5", "ouput": "6"}]})j",
        R"j({"stdin": [{"input": "a", "output": "5"}], "calls": {}})j",
        R"j({"calls": {"function": "f", "tests": [{"arguments": 3, "expected": 3}]}})j", R"j({"calls": {"tests": []}})j",
        R"j({"asserts": ["a"]})j", R"j({"asserts": {"tests": [3]}})j", R"j([{"input": "", "output": ""}, "a"])j"})
    EXPECT_THROW(Parse(text), Error) << text;
}

TEST(CodeTestsJsonTest, ReadsRecordsOfDataSets) {
  const CodeTask human_eval = ParseCodeTask(
      R"j({"id": "HumanEval/0", "lang": "python", "question": "def f():\n", "answer": "  return 1\n",
           "tests": "def check(c):\n  c()", "entry_point": "f"})j",
      {"question", "answer"}, "line 1");
  EXPECT_EQ(human_eval.id, "HumanEval/0");
  EXPECT_EQ(human_eval.submission.source, "def f():\n  return 1\n");
  EXPECT_EQ(std::get<AssertTests>(human_eval.tests).setup, "def f():\n");
  const CodeTask mbpp =
      ParseCodeTask(R"j({"language": "python", "question": "Write f.", "solution": "x", "tests": ["assert f()"], "setup": ""})j",
                    {"solution"}, "line 2");
  EXPECT_EQ(mbpp.id, "line 2");
  EXPECT_EQ(std::get<AssertTests>(mbpp.tests).setup, "") << "a question in words is no program";
  const CodeTask cpp = ParseCodeTask(R"j({"lang": "cpp", "question": "int f(){", "answer": "}", "tests": "int main(){}"})j",
                                     {"question", "answer"}, "line 3");
  EXPECT_EQ(std::get<AssertTests>(cpp.tests).declaration, "int f(){");
  EXPECT_THROW(ParseCodeTask(R"j({"language": "python", "tests": ["a"]})j", {"solution"}, "line 4"), Error);
  EXPECT_THROW(ParseCodeTask("[]", {"solution"}, "line 5"), Error);
}

}  // namespace
}  // namespace r1
