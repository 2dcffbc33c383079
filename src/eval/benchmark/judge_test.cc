#include "eval/benchmark/judge.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "eval/benchmark/code_answer.h"

namespace r1 {
namespace {

AnswerVerdict Judged(const char* benchmark, const std::string& record, const std::string& reply) {
  const Benchmark& b = FindBenchmark(benchmark);
  return BenchmarkJudge(b).Judge(ParseBenchmark(b, record, "data")[0], reply);
}

TEST(BenchmarkJudgeTest, JudgesEachKindOfAnswer) {
  EXPECT_TRUE(Judged("gsm8k", R"({"question": "q", "answer": "so\n#### 1,234"})", "Thus \\boxed{1234}.").right);
  EXPECT_FALSE(Judged("gsm8k", R"({"question": "q", "answer": "12"})", "Thus \\boxed{13}, not 12.").right);
  EXPECT_TRUE(Judged("math500", R"({"problem": "q", "answer": "\\frac{1}{2}"})", "$\\boxed{0.5}$").right);
  EXPECT_TRUE(Judged("mmlu", R"({"question": "q", "choices": ["w", "x"], "answer": 1})", "Answer: B").right);
  EXPECT_FALSE(Judged("mmlu", R"({"question": "q", "choices": ["w", "x"], "answer": 1})", "Answer: A").right);
  const char* kk = R"({"question": "q", "answer": "Tess is a knave, Gus is a knight"})";
  EXPECT_TRUE(Judged("knights_and_knaves", kk, "Answer: Gus is a knight, Tess is a knave.").right);
  EXPECT_EQ(Judged("knights_and_knaves", kk, "Answer: Gus is a knight.").reason, "does not say what tess is");
  EXPECT_TRUE(Judged("countdown", R"({"nums": [1, 2, 3], "target": 9})", "\\boxed{(1 + 2) \\times 3}").right);
  EXPECT_FALSE(Judged("countdown", R"({"nums": [1, 2, 3], "target": 9})", "\\boxed{9}").right);
  EXPECT_TRUE(Judged("ifeval", R"({"prompt": "p", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]})", "No").right);
}

TEST(BenchmarkJudgeTest, NoAnswerIsWrongEverywhere) {
  const AnswerVerdict verdict = Judged("gsm8k", R"({"question": "q", "answer": "0"})", " \n");
  EXPECT_FALSE(verdict.right);
  EXPECT_FALSE(verdict.answer);
}

TEST(BenchmarkJudgeTest, ProceduralAnswersAreTextsListsAndNumbers) {
  const Benchmark& b = FindBenchmark("tasks");
  const BenchmarkJudge judge(b);
  const auto right = [&](const char* expected, const char* reply) {
    return judge.Judge({.id = "x", .question = "q", .answer = expected}, reply).right;
  };
  EXPECT_TRUE(right("Ann, Kurt", "\\boxed{Ann, Kurt}"));
  EXPECT_TRUE(right("42", "42"));
  EXPECT_TRUE(right("20/21", "So it is \\boxed{\\frac{20}{21}}"));
  EXPECT_FALSE(right("Ann, Kurt", "\\boxed{Ann}"));
  EXPECT_TRUE(right("Ann, Kurt", "\\boxed{\\text{Ann, Kurt}}"));
  // Order matters, of lists and of letters, as it does not in mathematics.
  EXPECT_FALSE(right("3, 5, 9", "\\boxed{9, 5, 3}"));
  EXPECT_FALSE(right("MMMCVI", "\\boxed{CIMMMV}"));
  EXPECT_FALSE(right("IX", "\\boxed{XI}"));
  EXPECT_TRUE(judge.SameAnswer("3, 5", "3,5"));
}

TEST(CodeAnswerTest, ReadsTheTestsOfEachBenchmark) {
  const auto read = [](const char* benchmark, const std::string& record, const std::string& reply) {
    return ReadCodeAnswer(ParseBenchmark(FindBenchmark(benchmark), record, "data")[0], reply);
  };
  const CodeAnswer human = read("humaneval",
                                R"({"task_id": "HumanEval/0", "prompt": "def f(x):\n    \"\"\"doc\"\"\"\n", "entry_point": "f",)"
                                R"( "test": "def check(candidate):\n    assert candidate(1) == 2\n"})",
                                "    return x + 1\n");
  const auto& asserts = std::get<AssertTests>(human.tests);
  EXPECT_EQ(asserts.entry_point, "f");
  EXPECT_NE(asserts.tests.at(0).find("\ncheck(f)"), std::string::npos);
  EXPECT_TRUE(human.submission.source.starts_with("def f(x):")) << "a completion continues the prompt";
  const CodeAnswer mbpp = read(
      "mbpp", R"({"text": "t", "code": "c", "task_id": 1, "test_list": ["assert f(1) == 1"], "test_setup_code": "import math"})",
      "```python\ndef f(x): return x\n```");
  EXPECT_EQ(std::get<AssertTests>(mbpp.tests).setup, "import math");
  const CodeAnswer stdin_form = read(
      "livecodebench",
      R"({"question_content": "q", "public_test_cases": "[{\"input\": \"1\\n\", \"output\": \"2\\n\", \"testtype\": \"stdin\"}]"})",
      "x");
  EXPECT_EQ(std::get<StdinTests>(stdin_form.tests).at(0).expected, "2\n");
  const CodeAnswer calls =
      read("livecodebench",
           R"({"question_content": "q", "starter_code": "class Solution:\n    def f(self):", "metadata": "{\"func_name\": \"f\"}",)"
           R"( "public_test_cases": [{"input": "[1]\n2", "output": "3", "testtype": "functional"}]})",
           "x");
  EXPECT_EQ(std::get<CallTests>(calls.tests).function, "Solution.f");
  EXPECT_EQ(std::get<CallTests>(calls.tests).tests.at(0).arguments, "[[1],2]");
  EXPECT_THROW(read("livecodebench", R"({"question_content": "q", "private_test_cases": "eJxrYJk="})", "x"), Error);
  EXPECT_THROW(read("mbpp", R"({"text": "t"})", "x"), Error);
}

}  // namespace
}  // namespace r1
