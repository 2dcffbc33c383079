#include "eval/benchmark/items.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/env.h"
#include "base/error.h"
#include "eval/benchmark/prompt_form.h"

namespace r1 {
namespace {

std::vector<BenchmarkItem> Parse(const char* benchmark, const std::string& text) {
  return ParseBenchmark(FindBenchmark(benchmark), text, "data.jsonl");
}

std::string ErrorOf(const char* benchmark, const std::string& text) {
  try {
    Parse(benchmark, text);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(BenchmarkItemsTest, ReadsFieldsUnderTheirManyNames) {
  const auto gsm = Parse(
      "gsm8k", "{\"question\": \"2+2?\", \"answer\": \"two and two\\n#### 4\"}\n\n{\"id\": 7, \"question\": \"q\", \"answer\": 5}");
  ASSERT_EQ(gsm.size(), 2u);
  EXPECT_EQ(gsm[0].id, "data.jsonl:1");
  EXPECT_EQ(gsm[0].answer, "4") << "of a solution, the end";
  EXPECT_EQ(gsm[1].id, "7");
  EXPECT_EQ(gsm[1].answer, "5");
  const auto math = Parse("math500", R"([{"problem": "p", "answer": "\\frac12", "level": 3, "unique_id": "a/b.json"}])");
  EXPECT_EQ(math[0].category, "3");
  EXPECT_EQ(math[0].id, "a/b.json");
  const auto svamp = Parse("svamp", R"({"Body": "He has 3.", "Question": "How many?", "Answer": 3.0, "ID": "chal-1"})");
  EXPECT_EQ(svamp[0].question, "He has 3. How many?");
}

TEST(BenchmarkItemsTest, ReadsChoicesInEveryForm) {
  const auto mmlu = Parse("mmlu", R"({"question": "q", "choices": ["w", "x", "y", "z"], "answer": 2, "subject": "physics"})");
  EXPECT_EQ(mmlu[0].answer, "C");
  EXPECT_EQ(mmlu[0].category, "physics");
  const auto pro = Parse("mmlu_pro", R"({"question": "q", "options": ["w", "x", "y"], "answer": "B", "question_id": 3})");
  EXPECT_EQ(pro[0].answer, "B");
  const std::string gpqa =
      R"({"Question": "q1", "Correct Answer": " right ", "Incorrect Answer 1": "a", "Incorrect Answer 2": "b", "Incorrect Answer 3": "c"})";
  const auto first = Parse("gpqa", gpqa), again = Parse("gpqa", gpqa);
  EXPECT_EQ(first[0].choices[static_cast<size_t>(first[0].answer[0] - 'A')], "right");
  EXPECT_EQ(first[0].choices, again[0].choices) << "the order is the question's";
  EXPECT_NE(BenchmarkPrompt(PromptForm::kChoice, first[0]).find("one of ABCD"), std::string::npos);
}

TEST(BenchmarkItemsTest, SaysWhichFieldIsMissingAndWhereDataComesFrom) {
  EXPECT_NE(ErrorOf("aime2024", R"({"problem": "p"})").find("data.jsonl:1: no field `answer|Answer`"), std::string::npos);
  EXPECT_NE(ErrorOf("gpqa", R"({"Question": "q", "Correct Answer": "r"})").find("Incorrect Answer 1"), std::string::npos);
  EXPECT_NE(ErrorOf("mmlu", R"({"question": "q", "choices": ["w", "x"], "answer": 2})").find("2 to 26 choices"), std::string::npos);
  EXPECT_NE(ErrorOf("ifeval", R"({"prompt": "p"})").find("instruction_id_list"), std::string::npos);
  EXPECT_NE(ErrorOf("gsm8k", "{").find("data.jsonl:1"), std::string::npos);
  EXPECT_NE(ErrorOf("gsm8k", "").find("no record"), std::string::npos);
  try {
    ReadBenchmark(FindBenchmark("gpqa"), "/nowhere/gpqa.jsonl");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("Idavidrein/gpqa"), std::string::npos);
  }
}

TEST(BenchmarkItemsTest, TellsEqualIdsApart) {
  const auto items =
      Parse("aime2024", "{\"id\": 1, \"problem\": \"p\", \"answer\": 1}\n{\"id\": 1, \"problem\": \"q\", \"answer\": 2}");
  EXPECT_EQ(items[1].id, "1@2");
}

TEST(BenchmarkItemsTest, ReadsTheDataAsItIsPublished) {
  const std::string folder =
      EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data") + "/benchmarks/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " (R1_TEST_DATA) is not here";
  const std::tuple<const char*, const char*, size_t> kFiles[] = {{"gsm8k", "gsm8k_test", 1319},
                                                                 {"svamp", "svamp_test", 1000},
                                                                 {"humaneval", "humaneval", 164},
                                                                 {"humaneval_x", "humaneval_x_cpp", 164},
                                                                 {"mbpp", "mbpp", 974},
                                                                 {"ifeval", "ifeval", 541},
                                                                 {"college_math", "college_math_ccby", 1260},
                                                                 {"knights_and_knaves", "knights_knaves_own", 600},
                                                                 {"countdown", "countdown_own", 1000}};
  for (const auto& [benchmark, file, count] : kFiles) {
    const auto items = ReadBenchmark(FindBenchmark(benchmark), folder + file + ".jsonl");
    EXPECT_EQ(items.size(), count) << file;
    for (const BenchmarkItem& item : items) ASSERT_FALSE(BenchmarkPrompt(FindBenchmark(benchmark).prompt, item).empty());
  }
}

}  // namespace
}  // namespace r1
