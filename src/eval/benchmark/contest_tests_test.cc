#include "eval/benchmark/contest_tests.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/message_of.h"
#include "eval/benchmark/judge.h"
#include "eval/benchmark/packed_tests.h"

namespace r1 {
namespace {

using nlohmann::json;

// Python: base64.b64encode(zlib.compress(pickle.dumps(json.dumps([...]), protocol=4)))
constexpr const char* kPackedCalls =
    "eJxrYJnaxAABPXXR1UqZeQWlJUpWCkrRhjoKRrExecZKOgpK+aUlUGEzELcktbikpLIgFSSQVpqXXJKZn5eYo1Sro4BsAFCzAapmA3yaY6foAQAm5yqA";  // sum([1,
                                                                                                                             // 2])
                                                                                                                             // + 3
                                                                                                                             // is
                                                                                                                             // 6,
                                                                                                                             // sum([])
                                                                                                                             // + 0
                                                                                                                             // is 0
constexpr const char* kPackedStdin =
    "eJxrYIqwYmBgiK5WyswrKC1RslJQMlYwiclT0lFQyi8tgQqZQwRKUotLSioLUkFCxSUpmXlKtbGFDHoAfJQTeQ==";  // protocol 2: 3 + 4 is 7
constexpr const char* kPackedFunction = "eJxrYJkqygABPRxJpZk5JZl5xVN6WFLLEnOmTJ6iBwCBZwni";      // pickle.dumps(eval)
constexpr const char* kPackedList = "eJxrYJnKwQABsVN6GBOnJOoBACKxBCQ=";                          // pickle.dumps(["a"])

std::string ErrorOf(const std::string& packed, size_t max_bytes = 1 << 20) {
  return MessageOf([&] { UnpackTests(packed, "t", max_bytes); });
}

TEST(PackedTestsTest, UnpacksWhatPythonPacked) {
  EXPECT_EQ(json::parse(UnpackTests(kPackedStdin, "t"))[0]["output"], "7\n");
  EXPECT_EQ(json::parse(UnpackTests(kPackedCalls, "t")).size(), 2u);
}

TEST(PackedTestsTest, ReadsATextOfEveryLengthAndProtocol) {
  const auto four = [](const std::string& lengths) { return lengths + "abc"; };
  using namespace std::string_literals;
  for (const std::string& pickle :
       {four("\x80\x02X\x03\0\0\0"s) + "q\0."s, four("\x80\x03X\x03\0\0\0"s) + ".",
        four("\x80\x04\x95\x07\0\0\0\0\0\0\0\x8C\x03"s) + "\x94.", four("\x80\x05\x8D\x03\0\0\0\0\0\0\0"s) + "\x94."})
    EXPECT_EQ(TextOfPickle(pickle, "t"), "abc");
}

TEST(PackedTestsTest, RefusesEveryOtherPickleByName) {
  using namespace std::string_literals;
  const auto error = [](const std::string& pickle) { return MessageOf([&] { TextOfPickle(pickle, "t"); }); };
  EXPECT_EQ(error("cos\nsystem\n(S'id'\ntR."), "t: no pickle of protocol 2 to 5: opcode 99");
  EXPECT_EQ(error("\x80\x01X\x01\0\0\0a."s), "t: expected a pickle of one text, got protocol 1");
  EXPECT_EQ(error("\x80\x04]\x94."s), "t: expected a pickle of one text, got opcode 93");
  EXPECT_EQ(error("\x80\x04\x8C\x02os\x94\x8C\x06system\x93."s), "t: more than a text in its pickle: opcode 140");
  EXPECT_EQ(error("\x80\x04\x8D\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                  "a."s),
            "t: its pickle is cut off");
  EXPECT_EQ(error("\x80\x04\x8C\x01"
                  "a.more"s),
            "t: 4 bytes behind its pickle");
  EXPECT_EQ(error(""), "t: its pickle is cut off");
  EXPECT_NE(ErrorOf(kPackedFunction).find("t: more than a text in its pickle"), std::string::npos);
  EXPECT_NE(ErrorOf(kPackedList).find("expected a pickle of one text"), std::string::npos);
  EXPECT_EQ(ErrorOf("not base64!"), "t: neither a JSON list nor base64");
  EXPECT_EQ(ErrorOf("YWJjZGVmZ2g="), "t: its packed data is damaged");
  EXPECT_EQ(ErrorOf(kPackedStdin, 20), "t: unpacks to more than 20 bytes");
}

json Record(const char* form) {
  const bool calls = form == std::string("calls");
  return {{"question_content", "q"},
          {"question_id", form},
          {"starter_code", calls ? "class Solution:\n    def total(self, nums: List[int], more: int) -> int:\n        " : ""},
          {"metadata", calls ? R"({"func_name": "total"})" : "{}"},
          {"public_test_cases", calls ? R"([{"input": "[5]\n1", "output": "6", "testtype": "functional"}])"
                                      : R"([{"input": "1 2\n", "output": "3\n", "testtype": "stdin"}])"},
          {"private_test_cases", calls ? kPackedCalls : kPackedStdin}};
}

TEST(ContestTestsTest, PublicTestsComeBeforePrivateOnes) {
  const CodeTests calls = ContestTests(Record("calls"), "t"), on_stdin = ContestTests(Record("stdin"), "t");
  EXPECT_EQ(std::get<CallTests>(calls).function, "Solution.total");
  ASSERT_EQ(std::get<CallTests>(calls).tests.size(), 3u);
  EXPECT_EQ(std::get<CallTests>(calls).tests[1].arguments, "[[1, 2],3]");
  ASSERT_EQ(std::get<StdinTests>(on_stdin).size(), 2u);
  EXPECT_EQ(std::get<StdinTests>(on_stdin)[1].expected, "7\n");
}

TEST(ContestTestsTest, NamesWhatIsWrongWithARecord) {
  const auto error = [](const json& record) { return MessageOf([&] { ContestTests(record, "t"); }); };
  json record = Record("calls");
  record["metadata"] = "{}";
  EXPECT_EQ(error(record), "t: its tests are calls, and its metadata has no func_name");
  record = Record("stdin");
  record["private_test_cases"] = kPackedCalls;
  EXPECT_EQ(error(record), "t: tests of two types");
  record["private_test_cases"] = kPackedFunction;
  EXPECT_NE(error(record).find("t: private_test_cases: more than a text"), std::string::npos);
  EXPECT_EQ(error({{"public_test_cases", "[]"}}), "t: the record has no tests");
}

TEST(ContestTestsTest, AnswersAreJudgedByPublicAndPackedTests) {
  std::unique_ptr<BenchmarkJudge> judge;
  try {
    judge = std::make_unique<BenchmarkJudge>(FindBenchmark("livecodebench"));
  } catch (const Error& e) {
    GTEST_SKIP() << "skipped: " << e.what();
  }
  const auto items = ParseBenchmark(FindBenchmark("livecodebench"), json({Record("calls"), Record("stdin")}).dump(), "data");
  const auto right = [&](size_t item, const std::string& code) {
    return judge->Judge(items[item], "```python\n" + code + "\n```").right;
  };
  // As models write it: the starter's List is imported by nobody.
  const std::string total = "class Solution:\n    def total(self, nums: List[int], more: int) -> int:\n        return ";
  EXPECT_TRUE(right(0, total + "sum(nums) + more"));
  EXPECT_TRUE(right(0, "from __future__ import annotations\n" + total + "sum(nums) + more"));
  EXPECT_FALSE(right(0, total + "6")) << "the hidden tests are not met";
  EXPECT_TRUE(right(1, "a, b = map(int, input().split())\nprint(int(pow(a, 1)) + b)"));
  EXPECT_FALSE(right(1, "print(3)"));
}

}  // namespace
}  // namespace r1
