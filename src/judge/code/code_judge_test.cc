#include "judge/code/code_judge.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "base/message_of.h"
#include "judge/code/judge_test_util.h"

namespace r1 {
namespace {

const StdinTests kSums = {{"2 3\n", "5\n"}, {"10 -4\n", "6\n"}, {"0 0\n", "0\n"}};
constexpr const char* kCppSum = "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }\n";

TEST(CodeJudgeTest, JudgesCompiledAndInterpretedPrograms) {
  R1_JUDGE_OR_SKIP({});
  EXPECT_EQ(judge.Judge({"cpp", kCppSum}, kSums).score, 1);
  EXPECT_EQ(judge.Judge({"c", "#include <stdio.h>\nint main(){int a,b;scanf(\"%d %d\",&a,&b);printf(\"%d\",a+b);}"}, kSums).score,
            1);
  EXPECT_EQ(judge.Judge({"python", "a, b = map(int, input().split())\nprint(a + b)"}, kSums).score, 1);
  EXPECT_EQ(judge.Judge({"sh", "read a b; echo $((a + b))"}, kSums).score, 1);
  EXPECT_THROW(judge.Judge({"cobol", ""}, kSums), Error);
  EXPECT_THROW(judge.Judge({"python", ""}, StdinTests{}), Error) << "no test can be passed by nobody";
}

TEST(CodeJudgeTest, TheFirstTestThatFailsDecides) {
  R1_JUDGE_OR_SKIP({});
  const CodeResult result = judge.Judge({"python", "a, b = map(int, input().split())\nprint(abs(a) + abs(b))"}, kSums);
  EXPECT_EQ(result.verdict, Verdict::kWrongAnswer);
  EXPECT_EQ(result.reason, "test 2: word 1 is `14`, expected `6`");
  EXPECT_EQ(result.tests.size(), 2u);
  EXPECT_EQ(result.score, 0);
}

TEST(CodeJudgeTest, PartialCreditRunsEveryTest) {
  R1_JUDGE_OR_SKIP({.partial_credit = true});
  const CodeResult result = judge.Judge({"python", "a, b = map(int, input().split())\nprint(abs(a) + abs(b))"}, kSums);
  EXPECT_EQ(result.verdict, Verdict::kWrongAnswer);
  EXPECT_EQ(result.num_passed, 2);
  EXPECT_DOUBLE_EQ(result.score, 2.0 / 3);
}

TEST(CodeJudgeTest, OneLimitForCompilingAndAllTestsTogether) {
  R1_JUDGE_OR_SKIP({.partial_credit = true});
  const std::string sleeps = "import time\na, b = map(int, input().split())\nprint(a + b, flush=True)\ntime.sleep(0.2 if a else 3)";
  const CodeResult late = judge.Judge({"python", sleeps}, kSums, TimeLimit(1));
  EXPECT_EQ(late.verdict, Verdict::kTimeLimit);
  EXPECT_EQ(late.reason, "not judged within 1 s");
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(late.score, 0) << "what had passed before does not count";
  const CodeResult compiling = judge.Judge({"cpp", kCppSum}, kSums, TimeLimit(0.01));
  EXPECT_EQ(compiling.verdict, Verdict::kTimeLimit);
  EXPECT_TRUE(compiling.timed_out);
  EXPECT_TRUE(judge.Judge({"sh", "read a b; echo $((a + b))"}, kSums, TimeLimit(60)).score == 1);
}

TEST(CodeJudgeTest, CancelEndsWhatRunsWhatWaitsAndWhatComes) {
  CodeJudgeConfig config;
  config.run.cpu_s = config.run.wall_s = 1000;
  config.jobs = 2;
  R1_JUDGE_OR_SKIP(config);
  std::vector<std::future<CodeResult>> results;
  for (int i = 0; i < 4; ++i) results.push_back(judge.Submit({"sh", "while :; do :; done"}, kSums));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // two run by now, most likely; whether they do changes nothing
  judge.Cancel();
  for (auto& result : results) EXPECT_EQ(MessageOf([&] { result.get(); }, ErrorCode::kCancelled), "judging was cancelled");
  EXPECT_EQ(MessageOf([&] { judge.Judge({"sh", "exit"}, kSums); }, ErrorCode::kCancelled), "judging was cancelled");
}

TEST(CodeJudgeTest, CompileErrorsHaveTheirOwnScoreAndMessage) {
  R1_JUDGE_OR_SKIP({.compile_error_score = -0.5});
  const CodeResult result = judge.Judge({"cpp", "int main() { return x; }"}, kSums);
  EXPECT_EQ(result.verdict, Verdict::kCompileError);
  EXPECT_EQ(result.score, -0.5);
  EXPECT_NE(result.compile_message.find("was not declared"), std::string::npos) << result.compile_message;
}

TEST(CodeJudgeTest, AssertTestsCallTheSolutionInItsOwnProcess) {
  R1_JUDGE_OR_SKIP({.all_tests = true});
  const AssertTests tests = {.tests = {"assert add(2, 3) == 5", "assert add([1], [2.5]) == [1, 2.5]",
                                       "assert add('a', 'b') == 'ba'", "assert add(1, None) == 1"}};
  const CodeResult result = judge.Judge({"python", "print('P\\ndone')\ndef add(a, b):\n    print('P')\n    return a + b\n"}, tests);
  ASSERT_EQ(result.tests.size(), 4u);
  EXPECT_EQ(result.tests[0].verdict, Verdict::kAccepted);
  EXPECT_EQ(result.tests[1].verdict, Verdict::kAccepted);
  EXPECT_EQ(result.tests[2].verdict, Verdict::kWrongAnswer);
  EXPECT_EQ(result.tests[2].reason, "assert add('a', 'b') == 'ba'");
  EXPECT_EQ(result.tests[3].verdict, Verdict::kRuntimeError);
  EXPECT_NE(result.tests[3].reason.find("TypeError"), std::string::npos) << result.tests[3].reason;
}

// What reinforcement learning finds sooner or later. None of these knows that add(2, 3) is 5.
TEST(CodeJudgeTest, NoTrickPassesAssertTests) {
  R1_JUDGE_OR_SKIP({});
  const AssertTests tests = {.tests = {"assert add(2, 3) == 5", "assert add(2, 2) == 4"}};
  const char* const tricks[] = {
      "import os\nos._exit(0)",
      "import sys\nsys.exit(0)",
      "import os\ndef add(a, b):\n    os._exit(0)",
      "import sys\ndef add(a, b):\n    sys.exit(0)",
      "class E(int):\n    __eq__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n    __hash__ = lambda s: 0\n"
      "def add(a, b): return E(0)",
      "class E:\n    __eq__ = lambda s, o: True\ndef add(a, b): return E()",
      "import builtins\nbuiltins.AssertionError = type('A', (Exception,), {})\ndef add(a, b): raise AssertionError()",
      "print('P\\nP\\ndone')",
      "import os\nfor fd in range(1, 9):\n    try: os.write(fd, b'P\\nP\\ndone\\n')\n    except OSError: pass\n",
      "import os\nos.write(4, b'00000005ready' + b'00000002VT' * 9)\nimport time\ntime.sleep(1)",
      "def add(a, b): return None",
      "n = 3\ndef add(a, b):\n    global n\n    n += 1\n    return n",
      "import gc\ndef add(a, b):\n    return [o for o in gc.get_objects() if isinstance(o, int)]",
      "def add(a, b):\n    return float('nan')",
      "def add(a, b):\n    raise KeyboardInterrupt",
      "def add(a, b):\n    x = []\n    x.append(x)\n    return x",
      "_r1_same = lambda *a: True\ndef add(a, b): return 0",
      "def add(a, b):\n    return 5",
  };
  for (const char* trick : tricks) {
    const CodeResult result = judge.Judge({"python", trick}, tests);
    EXPECT_NE(result.verdict, Verdict::kAccepted) << trick;
    EXPECT_EQ(result.score, 0) << trick;
  }
  EXPECT_EQ(judge.Judge({"python", "import os\nos._exit(0)"}, tests).verdict, Verdict::kWrongAnswer);
}

TEST(CodeJudgeTest, HelpersOfTheTestsAreNotTheSolutions) {
  R1_JUDGE_OR_SKIP({});
  const AssertTests tests = {.setup = "def poly(x, r):\n    return x - r\n",
                             .entry_point = "root",
                             .tests = {"def check(candidate):\n    assert abs(poly(7, candidate(7))) < 1e-9\ncheck(root)"}};
  EXPECT_EQ(judge.Judge({"python", "def root(x):\n    return x"}, tests).verdict, Verdict::kAccepted);
  EXPECT_EQ(judge.Judge({"python", "def poly(x, r): return 0\ndef root(x):\n    return 0"}, tests).verdict, Verdict::kWrongAnswer);
}

TEST(CodeJudgeTest, ObjectsOfTheSolutionCanBePassedBackToIt) {
  R1_JUDGE_OR_SKIP({});
  const AssertTests tests = {.tests = {"assert first_of([Pair(1, 2), Pair(3, 4)]) == 1", "assert Pair(5, 6).a == 5"}};
  EXPECT_EQ(
      judge.Judge({"python", "class Pair:\n    def __init__(s, a, b): s.a, s.b = a, b\ndef first_of(x): return x[0].a"}, tests)
          .score,
      1);
}

TEST(CodeJudgeTest, CallTestsCompareJsonValues) {
  R1_JUDGE_OR_SKIP({});
  const CallTests tests = {"Solution.pair",
                           {{"[1, [2, 3]]", "[1, 2.5, {\"k\": null}]"}, {"[\"\\u00e9\", []]", "[\"\\u00e9\", 0.1, {}]"}}};
  EXPECT_EQ(judge
                .Judge({"python",
                        "class Solution:\n    def pair(self, a, b):\n        return (a, 2.5, {'k': None}) if b else "
                        "[a, 0.1 + 1e-17, {}]"},
                       tests)
                .reason,
            "");
  EXPECT_EQ(judge.Judge({"python", "class Solution:\n    def pair(self, a, b):\n        return True"}, tests).verdict,
            Verdict::kWrongAnswer);
  EXPECT_THROW(judge.Judge({"python", "x"}, CallTests{"f", {{"7", "7"}}}), Error) << "arguments are a list";
}

TEST(CodeJudgeTest, SubmissionsAreJudgedAtTheSameTime) {
  R1_JUDGE_OR_SKIP({.jobs = 8});
  std::vector<std::future<CodeResult>> results;
  for (int i = 0; i < 24; ++i)
    results.push_back(
        judge.Submit({"python", i % 3 == 0 ? "print(5)" : "import time\ntime.sleep(0.2)\nprint(5)"}, StdinTests{{"", "5"}}));
  for (auto& result : results) EXPECT_EQ(result.get().verdict, Verdict::kAccepted);
}

TEST(CodeJudgeTest, WithoutIsolationLimitsStillHold) {
  CodeJudge judge({.run = {.cpu_s = 1, .wall_s = 1}, .unsafe_without_isolation = true});
  EXPECT_EQ(judge.Judge({"sh", "read a b; echo $((a + b))"}, kSums).verdict, Verdict::kAccepted);
  EXPECT_EQ(judge.Judge({"sh", "(sleep 100 &)\nsleep 100"}, kSums).verdict, Verdict::kTimeLimit);
  EXPECT_EQ(judge.Judge({"sh", "echo x > state; ls; exit 3"}, kSums).verdict, Verdict::kRuntimeError);
}

}  // namespace
}  // namespace r1
