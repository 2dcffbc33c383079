#include "judge/code/test_maker.h"

#include <gtest/gtest.h>

#include "judge/code/judge_test_util.h"

namespace r1 {
namespace {

// The largest of n numbers. Wrong in three ways: negative numbers, one number, long inputs.
const CodeSubmission kGenerator = {
    "python",
    "import random\nkind, seed = input().split()\nr = random.Random(kind + seed)\n"
    "n = {'random': r.randint(1, 5), 'large': 200, 'adversarial': 1}[kind]\n"
    "low = -9 if kind == 'random' else 1\n"
    "print(n)\nprint(*(r.randint(low, -1 if kind == 'random' and r.random() < .5 else 9) for _ in range(n)))\n"};
const CodeSubmission kRight = {"python", "input()\nprint(max(map(int, input().split())))"};
const CodeSubmission kRightToo = {"sh", "read n; read -a a; m=${a[0]}; for x in ${a[@]}; do ((x > m)) && m=$x; done; echo $m"};
const CodeSubmission kNegative = {"python", "input()\nprint(max([0, *map(int, input().split())]))"};
const CodeSubmission kAlone = {"python", "input()\na = sorted(map(int, input().split()))\nprint(a[-1] if a[-2:-1] else 0)"};
const CodeSubmission kNeverBroken = {"python", "input()\nprint(sorted(map(int, input().split()))[-1])"};

TEST(TestMakerTest, KeepsWhatCorrectSolutionsAgreeOnAndWrongOnesFail) {
  R1_JUDGE_OR_SKIP({});
  const MadeTests made = MakeTests(judge, {kGenerator}, {kRight, kRightToo}, {kNegative, kAlone, kNeverBroken}, {.count = 4});
  EXPECT_GT(made.generated, 6);
  EXPECT_EQ(made.failed, 0);
  EXPECT_EQ(made.disagreed, 0);
  EXPECT_GT(made.broke_nothing, 0);
  EXPECT_EQ(made.generated, static_cast<int64_t>(made.tests.size()) + made.broke_nothing);
  EXPECT_GT(made.broken[0], 0);
  EXPECT_GT(made.broken[1], 0);
  EXPECT_EQ(made.broken[2], 0) << "it is right";
  StdinTests tests;
  for (const MadeTest& test : made.tests) tests.push_back(test.test);
  EXPECT_EQ(judge.Judge(kRight, tests).verdict, Verdict::kAccepted);
  EXPECT_EQ(judge.Judge(kNegative, tests).verdict, Verdict::kWrongAnswer);
  EXPECT_EQ(judge.Judge(kAlone, tests).verdict, Verdict::kWrongAnswer);
}

TEST(TestMakerTest, FewTestsBreakAsMuchAsMany) {
  R1_JUDGE_OR_SKIP({});
  const MadeTests made = MakeTests(judge, {kGenerator}, {kRight}, {kNegative, kAlone}, {.count = 4, .most = 2});
  ASSERT_EQ(made.tests.size(), 2u);
  EXPECT_GT(made.broken[0], 0);
  EXPECT_GT(made.broken[1], 0);
  EXPECT_EQ(MakeTests(judge, {kGenerator}, {kRight}, {}, {.count = 1, .keep_all = true}).tests.size(), 3u);
}

TEST(TestMakerTest, DropsInputsOnWhichCorrectSolutionsDisagreeAndGeneratorsThatFail) {
  R1_JUDGE_OR_SKIP({});
  const CodeSubmission fails = {"python", "kind, seed = input().split()\nif seed == '1': raise ValueError\nprint(1)\nprint(seed)"};
  const CodeSubmission differs = {"python", "input()\nx = int(input())\nprint(x if x != 2 else 3)"};
  const MadeTests made = MakeTests(judge, {fails}, {kRight, differs}, {}, {.kinds = {"random"}, .count = 4});
  EXPECT_EQ(made.failed, 1);
  EXPECT_NE(made.first_failure.find("ValueError"), std::string::npos) << made.first_failure;
  EXPECT_EQ(made.disagreed, 1);
  EXPECT_EQ(made.tests.size(), 2u);
  EXPECT_THROW(MakeTests(judge, {}, {kRight}, {}, {}), Error);
  EXPECT_THROW(MakeTests(judge, {fails}, {{"c", "int main("}}, {}, {.count = 1}), Error);
}

}  // namespace
}  // namespace r1
