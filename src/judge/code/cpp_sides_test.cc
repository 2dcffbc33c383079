#include "judge/code/cpp_sides.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "judge/code/judge_test_util.h"

namespace r1 {
namespace {

TEST(CppSidesTest, ReadsTheSignatureAtTheEndOfADeclaration) {
  const CppFunction function = ParseCppDeclaration(
      "#include<map>\nusing namespace std;\ndouble poly(double x){ return x; }\n\nmap<string, int> f(const vector<pair<int,int>>& "
      "a, int b = 3){\n  ");
  EXPECT_EQ(function.name, "f");
  EXPECT_EQ(function.result, "map<string, int>");
  ASSERT_EQ(function.parameters.size(), 2u);
  EXPECT_EQ(function.parameters[0].type, "const vector<pair<int,int>>&");
  EXPECT_EQ(function.parameters[0].name, "a");
  EXPECT_EQ(function.parameters[1].type, "int");
  EXPECT_EQ(function.parameters[1].name, "b");
  EXPECT_NE(function.before.find("double poly"), std::string::npos);
  EXPECT_TRUE(ParseCppDeclaration("int answer(void);").parameters.empty());
  const CppFunction prompt = ParseCppDeclaration(
      "/* it's (\n*/ int g(){ char c = '\"'; return c; } // {\nstring f(string s){\n  /*\n  >>> f(\"a\")\n  \"b\"\n  */\n  // or "
      "not\n");
  EXPECT_EQ(prompt.name, "f");
  EXPECT_EQ(prompt.result, "string");
  EXPECT_EQ(prompt.parameters.at(0).type, "string");
}

TEST(CppSidesTest, WhatIsNoSignatureIsRefused) {
  for (const char* text : {"", "{", ")", "(", "int f", "f()", "int f(int)", "int f(int a,)", "int (int a)", "int f(a b))", "}}}",
                           ",,,()", "//", "\"", "'\\"})
    EXPECT_THROW(ParseCppDeclaration(text), Error) << text;
}

const AssertTests kTests = {
    .declaration = "#include<vector>\nusing namespace std;\nvector<int> twice(vector<int> v){",
    .tests = {"assert(twice({1, 2}) == (vector<int>{2, 4}));", "assert(twice({}).empty());", "assert(twice({-3})[0] == -6);"}};
constexpr const char* kTwice =
    "#include<vector>\nusing namespace std;\nvector<int> twice(vector<int> v){ for (int& x : v) x *= 2; return v; }";

TEST(CppSidesTest, AssertTestsCallTheSolutionInItsOwnProcess) {
  R1_JUDGE_OR_SKIP({.all_tests = true});
  EXPECT_EQ(judge.Judge({"cpp", kTwice}, kTests).reason, "");
  const CodeResult wrong = judge.Judge(
      {"cpp", "#include<vector>\nstd::vector<int> twice(std::vector<int> v){ for (int& x : v) x = x < 0 ? 0 : 2 * x; return v; }"},
      kTests);
  EXPECT_EQ(wrong.num_passed, 2);
  EXPECT_EQ(wrong.reason, "test 3: assert (twice({-3})[0] == -6)");
  EXPECT_EQ(judge.Judge({"cpp", "int twice"}, kTests).verdict, Verdict::kCompileError);
  EXPECT_EQ(
      judge.Judge({"cpp", "#include<vector>\nstd::vector<int> twice(std::vector<int> v){ v.at(9); return v; }"}, kTests).verdict,
      Verdict::kRuntimeError);
  EXPECT_THROW(judge.Judge({"cpp", kTwice}, AssertTests{.declaration = kTests.declaration, .tests = {"assert(nothing);"}}), Error);
}

TEST(CppSidesTest, ATestCanBeAWholeProgram) {
  R1_JUDGE_OR_SKIP({});
  const AssertTests tests = {.declaration = kTests.declaration,
                             .tests = {"#undef NDEBUG\n#include<assert.h>\nint main(){ assert(twice({4})[0] == 8); }"}};
  EXPECT_EQ(judge.Judge({"cpp", kTwice}, tests).verdict, Verdict::kAccepted);
  EXPECT_EQ(judge.Judge({"cpp", "#include<vector>\nstd::vector<int> twice(std::vector<int> v){ return v; }"}, tests).verdict,
            Verdict::kWrongAnswer);
}

TEST(CppSidesTest, NoTrickPassesAssertTests) {
  R1_JUDGE_OR_SKIP({});
  const std::string head = "#include<vector>\n#include<cstdlib>\n#include<unistd.h>\n#include<stdio.h>\n";
  const std::string f = "std::vector<int> twice(std::vector<int> v)";
  const std::string tricks[] = {
      f + "{ _exit(0); }",
      f + "{ exit(0); }",
      "struct S { S() { puts(\"P\\nP\\nP\\ndone\"); fflush(stdout); _exit(0); } } s;\n" + f + "{ return v; }",
      "#define NDEBUG\n#define assert(x) ((void)0)\n#define main other_main\n" + f + "{ return v; }",
      "extern \"C\" void exit(int) { for (;;); }\nextern \"C\" int strcmp(const char*, const char*) { return 0; }\n" + f +
          "{ return v; }",
      "extern \"C\" int memcmp(const void*, const void*, unsigned long) { return 0; }\n" + f + "{ return v; }",
      "extern \"C\" void __assert_fail(const char*, const char*, unsigned, const char*) noexcept(true) { _exit(0); }\n" + f +
          "{ return v; }",
      "struct S { S() { write(4, \"\\5\\0\\0\\0\\0\\0\\0\\0ready\", 13); for (int i = 0; i < 9; ++i) write(4, "
      "\"\\1\\0\\0\\0\\0\\0\\0\\0V\", 9); } } s;\n" +
          f + "{ return v; }",
      f + "{ for (int fd = 1; fd < 9; ++fd) write(fd, \"P\\nP\\nP\\ndone\\n\", 11); _exit(0); }",
      f + "{ throw 1; }",
  };
  for (const std::string& trick : tricks) {
    const CodeResult result = judge.Judge({"cpp", head + trick}, kTests);
    EXPECT_NE(result.verdict, Verdict::kAccepted) << trick;
    EXPECT_EQ(result.score, 0) << trick;
  }
}

}  // namespace
}  // namespace r1
