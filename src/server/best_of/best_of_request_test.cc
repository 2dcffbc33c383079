#include "server/best_of/best_of_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "judge/code/judge_test_util.h"
#include "server/openai/refusal_test_util.h"

namespace r1 {
namespace {

BestOfRequest Parse(const std::string& text) {
  const nlohmann::json body = nlohmann::json::parse(text);
  return ParseBestOf(JsonObject(body)).value();
}

std::string Refused(const std::string& best_of, const std::string& others = "") {
  return RefusedMember([&] { Parse(R"({"best_of":)" + best_of + others + "}"); });
}

std::string Refused1(const std::string& verifier) { return Refused(R"({"verifiers":[)" + verifier + "]}"); }

TEST(BestOfRequestTest, DefaultsAndMembers) {
  const BestOfRequest plain = Parse(R"({"best_of":{"n":null,"verifiers":[{"type":"math","expected":42}]}})");
  EXPECT_EQ(plain.n, 8);
  EXPECT_TRUE(plain.early_stop);
  const BestOfRequest other = Parse(R"({"best_of":{"n":3,"early_stop":false,"verifiers":[{"type":"regex","pattern":"a"},
      {"type":"json_schema","schema":{"type":"object"}},
      {"type":"code","language":"py","tests":["assert f() == 1"],"entry_point":"f"},
      {"type":"code","language":"cpp","tests":[{"input":"","output":"1"}]},
      {"type":"code","language":"python","tests":{"calls":{"function":"f","tests":[{"arguments":[1],"expected":null}]}}}]}})");
  EXPECT_EQ(other.n, 3);
  EXPECT_FALSE(other.early_stop);
  EXPECT_EQ(other.verifiers.size(), 5u);
  const nlohmann::json none = nlohmann::json::parse(R"({"best_of":null})");
  EXPECT_FALSE(ParseBestOf(JsonObject(none)));
}

TEST(BestOfRequestTest, WhatIsWrongIsRefusedWithItsPath) {
  const std::string good = R"({"verifiers":[{"type":"math","expected":"1"}]})";
  EXPECT_EQ(Refused(good), "accepted");
  EXPECT_EQ(Refused("3"), "best_of");
  EXPECT_EQ(Refused("{}"), "best_of.verifiers");
  EXPECT_EQ(Refused(R"({"verifiers":[]})"), "best_of.verifiers");
  EXPECT_EQ(Refused(R"({"verifiers":{}})"), "best_of.verifiers");
  EXPECT_EQ(Refused(R"({"n":65,"verifiers":[{"type":"math","expected":"1"}]})"), "best_of.n");
  EXPECT_EQ(Refused(R"({"n":0,"verifiers":[{"type":"math","expected":"1"}]})"), "best_of.n");
  EXPECT_EQ(Refused(R"({"early_stop":1,"verifiers":[{"type":"math","expected":"1"}]})"), "best_of.early_stop");
  EXPECT_EQ(Refused1("1"), "best_of.verifiers[0]");
  EXPECT_EQ(Refused1("{}"), "best_of.verifiers[0].type");
  EXPECT_EQ(Refused1(R"({"type":1})"), "best_of.verifiers[0].type");
  EXPECT_EQ(Refused1(R"({"type":"llm"})"), "best_of.verifiers[0].type");
  EXPECT_EQ(Refused1(R"({"type":"math"})"), "best_of.verifiers[0].expected");
  EXPECT_EQ(Refused1(R"({"type":"math","expected":[1]})"), "best_of.verifiers[0].expected");
  EXPECT_EQ(Refused1(R"({"type":"math","expected":"1"},{"type":"regex","pattern":"("})"), "best_of.verifiers[1].pattern");
  EXPECT_EQ(Refused1(R"({"type":"json_schema"})"), "best_of.verifiers[0].schema");
  EXPECT_EQ(Refused1(R"({"type":"json_schema","schema":{"type":"hiccup"}})"), "best_of.verifiers[0].schema");
  for (const char* other : {R"(,"n":2)", R"(,"logprobs":true)", R"(,"tools":[{}])", R"(,"consensus":{"k":2})"})
    EXPECT_EQ(Refused(good, other), "best_of") << other;
  EXPECT_EQ(Refused(good, R"(,"n":1,"logprobs":false,"tools":[],"consensus":null)"), "accepted");
}

TEST(BestOfRequestTest, TestsOfCodeAreRefusedWithTheirPath) {
  const auto code = [](const std::string& members) { return Refused1(R"({"type":"code",)" + members + "}"); };
  const std::string at = "best_of.verifiers[0].";
  EXPECT_EQ(code(R"("tests":["a"])"), at + "language");
  EXPECT_EQ(code(R"("language":"cobol","tests":["a"])"), at + "language");
  EXPECT_EQ(code(R"("language":7,"tests":["a"])"), at + "language");
  EXPECT_EQ(code(R"("language":"python")"), at + "tests");
  EXPECT_EQ(code(R"("language":"python","tests":[])"), at + "tests");
  EXPECT_EQ(code(R"("language":"python","tests":["a",{}])"), at + "tests");
  EXPECT_EQ(code(R"("language":"python","tests":[{"output":"a"}])"), at + "tests");
  EXPECT_EQ(code(R"("language":"python","tests":{"calls":{"function":"f","tests":[{"arguments":1,"expected":1}]}})"), at + "tests");
  EXPECT_EQ(code(R"("language":"python","tests":["a"],"setup":1)"), at + "setup");
  EXPECT_EQ(code(R"("language":"sh","tests":["true"])"), at + "tests");
  EXPECT_EQ(code(R"("language":"cpp","tests":{"calls":{"function":"f","tests":[{"arguments":[],"expected":1}]}})"), at + "tests");
  std::string many = R"("language":"python","tests":["a")";
  for (int i = 0; i < 64; ++i) many += R"(,"a")";
  EXPECT_EQ(code(many + "]"), at + "tests");
}

TEST(BestOfRequestTest, CodeRunsOnlyWhereTheServerWasStartedForIt) {
  const BestOfRequest request = Parse(
      R"({"best_of":{"verifiers":[{"type":"math","expected":"1"},{"type":"code","language":"c","tests":[{"input":"","output":""}]}]}})");
  EXPECT_EQ(RefusedMember([&] { CheckRunsCode(request, true); }), "accepted");
  EXPECT_EQ(RefusedMember([&] { CheckRunsCode(request, false); }), "best_of.verifiers[1].type");
}

std::string Told(const std::string& verifier, const std::string& answer, const CodeJudge* judge = nullptr) {
  const Judgement judgement = Parse(R"({"best_of":{"verifiers":[)" + verifier + "]}}").verifiers[0]->Judge(answer, judge);
  return (judgement.passed ? "yes, " : "no, ") + judgement.reason;
}

bool Passes(const std::string& verifier, const std::string& answer) { return Told(verifier, answer).starts_with("yes"); }

TEST(VerifierTest, EachKindTellsRightFromWrongAndWhy) {
  const std::string math = R"({"type":"math","expected":"\\frac{3}{4}"})";
  EXPECT_TRUE(Passes(math, "The answer is $0.75$."));
  EXPECT_FALSE(Passes(math, "\\boxed{0.7}"));
  EXPECT_FALSE(Passes(math, ""));
  EXPECT_TRUE(Passes(R"({"type":"math","expected":42})", "42"));
  EXPECT_TRUE(Passes(R"({"type":"math","expected":"5 \\text{ m}"})", "5 \\text{ km}"));
  EXPECT_FALSE(Passes(R"({"type":"math","expected":"5 \\text{ m}","same_units":true})", "5 \\text{ km}"));
  const std::string line = R"({"type":"regex","pattern":"^\\d+ km$"})";
  EXPECT_TRUE(Passes(line, "It is\n12 km\n"));
  EXPECT_FALSE(Passes(line, "It is 12 km"));
  EXPECT_TRUE(Passes(R"x({"type":"regex","pattern":"\\A(?!.*sorry)"})x", "yes"));
  EXPECT_FALSE(Passes(R"x({"type":"regex","pattern":"\\A(?!.*sorry)"})x", "so sorry"));
  EXPECT_FALSE(Passes(R"({"type":"regex","pattern":"(a+)+$"})", std::string(5000, 'a') + "b"));  // it ends
  const std::string schema = R"({"type":"json_schema","schema":{"properties":{"a":{"type":"integer"}},"required":["a"]}})";
  EXPECT_TRUE(Passes(schema, " {\"b\":1,\n\"a\":2} "));
  EXPECT_EQ(Told(schema, "{\"a\":\"2\"}"), "no, at /a: must be of type \"integer\", got \"2\"");
  EXPECT_FALSE(Passes(schema, "Here it is: {\"a\":2}"));
}

TEST(VerifierTest, CodeIsRunAgainstItsTests) {
  R1_JUDGE_OR_SKIP({});
  const std::string add = R"({"type":"code","language":"python","tests":{"calls":{"function":"add","tests":[
      {"arguments":[2,3],"expected":5},{"arguments":[-1,1],"expected":0}]}}})";
  EXPECT_EQ(Told(add, "So:\n```python\ndef add(a, b):\n    return a + b\n```\n", &judge), "yes, 2 of 2 tests passed");
  EXPECT_TRUE(Told(add, "```python\ndef add(a, b):\n    return 5\n```", &judge).starts_with("no, wrong answer: test 2"));
  EXPECT_TRUE(Told(add, "I cannot.", &judge).starts_with("no, "));
  const std::string asserts = R"({"type":"code","language":"python","tests":["assert f(2) == 4"]})";
  EXPECT_EQ(Told(asserts, "def f(x): return x * x", &judge), "yes, 1 of 1 tests passed");
  const std::string sums = R"({"type":"code","language":"sh","tests":[{"input":"2 3\n","output":"5"}]})";
  EXPECT_EQ(Told(sums, "read a b; echo $((a+b))", &judge), "yes, 1 of 1 tests passed");
}

}  // namespace
}  // namespace r1
