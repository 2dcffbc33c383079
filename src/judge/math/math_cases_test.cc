// Against recorded pairs of an expected answer and a prediction, 26 kinds of them, with what a person says about each.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/env.h"
#include "judge/math/math_verdict.h"

namespace r1 {
namespace {

const std::string kData = EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data");

TEST(MathCasesTest, AgreesWithEveryRecordedVerdict) {
  const std::string path = kData + "/cases/math_verify_cases.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: " << kData << " (R1_TEST_DATA) is not here";
  std::ifstream file(path);
  std::map<std::string, std::pair<int, int>> by_category;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json c = nlohmann::json::parse(line);
    if (c.contains("dubious")) continue;  // recorded verdicts that are mathematically wrong
    // Some cases record how prm800k grades, which refuses what is equal: an integer that is not written as one.
    const MathOptions options{.prm800k = c.at("category") == "prm800k rule"};
    const MathVerdict verdict = JudgeMath(c.at("gold").get<std::string>(), c.at("pred").get<std::string>(), options);
    auto& [right, all] = by_category[c.at("category")];
    ++all;
    right += verdict.right() == c.at("expected");
    EXPECT_EQ(verdict.right(), c.at("expected").get<bool>())
        << c.at("id") << " " << c.at("category") << (c.at("policy").get<bool>() ? " (taste)" : "") << "\n  "
        << c.at("gold").get<std::string>().substr(0, 200) << "\n  " << c.at("pred").get<std::string>().substr(0, 200) << "\n  "
        << MathOutcomeName(verdict.outcome) << ": " << verdict.reason << "; " << verdict.expected << "; " << verdict.answer;
  }
  for (const auto& [category, counts] : by_category)
    std::cout << category << ": " << counts.first << " of " << counts.second << "\n";
}

// Every answer of the benchmarks must be the same as itself, boxed and in a sentence.
TEST(MathCasesTest, AcceptsEveryBenchmarkAnswerAsItself) {
  if (!std::filesystem::exists(kData + "/benchmarks")) GTEST_SKIP() << "skipped: " << kData << " (R1_TEST_DATA) is not here";
  int all = 0, accepted = 0;
  for (const char* name : {"gsm8k_test", "svamp_test", "college_math_ccby"}) {
    std::ifstream file(kData + "/benchmarks/" + name + ".jsonl");
    for (std::string line; std::getline(file, line);) {
      const nlohmann::json row = nlohmann::json::parse(line);
      const std::string answer = row.at("answer").is_string() ? row.at("answer").get<std::string>() : row.at("answer").dump();
      ++all;
      const MathVerdict verdict = JudgeMath(answer, answer);
      accepted += verdict.right();
      EXPECT_TRUE(verdict.right()) << row.at("id") << ": " << answer << "\n  " << verdict.reason;
    }
  }
  std::cout << accepted << " of " << all << "\n";
}

}  // namespace
}  // namespace r1
