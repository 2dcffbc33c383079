#include "eval/benchmark/items.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/env.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scratch_folder.h"
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

// Records with the fields that the data sets of the hub have, in the files that the registry names.
TEST(BenchmarkItemsTest, ReadsRecordsAsTheHubHasThem) {
  struct Row {
    const char *benchmark, *record, *answer, *id;
  };
  const Row kRows[] = {
      {"gsm8k", R"({"question": "q", "answer": "1+1=<<1+1=2>>2\n#### 2"})", "2", "data.jsonl:1"},
      {"svamp",
       R"({"ID": "chal-1", "Body": "b.", "Question": "q?", "Equation": "1 + 1", "Answer": "2", "Type": "Addition", "question_concat": "b. q?"})",
       "2", "chal-1"},
      {"math500",
       R"({"problem": "q", "solution": "s", "answer": "2", "subject": "Algebra", "level": 2, "unique_id": "test/algebra/1.json"})",
       "2", "test/algebra/1.json"},
      {"aime2024", R"({"id": 60, "problem": "q", "solution": "s", "answer": "033", "url": "u", "year": "2024"})", "033", "60"},
      {"aime2025", R"({"question": "q", "answer": "70"})", "70", "data.jsonl:1"},
      {"amc", R"({"id": 0, "problem": "q", "answer": 142.0, "url": "u"})", "142.0", "0"},
      {"gpqa",
       R"({"Question": "q", "Correct Answer": "r\n", "Incorrect Answer 1": "a", "Incorrect Answer 2": "b", "Incorrect Answer 3": "c", "Record ID": "rec1", "High-level domain": "Physics", "Explanation": ""})",
       nullptr, "rec1"},
      {"mmlu", R"({"question": "q", "subject": "anatomy", "choices": ["w", "x", "y", "z"], "answer": 3})", "D", "data.jsonl:1"},
      {"mmlu_pro",
       R"({"question_id": 70, "question": "q", "options": ["w", "x", "y"], "answer": "B", "answer_index": 1, "cot_content": "", "category": "law", "src": "s"})",
       "B", "70"},
      {"humaneval",
       R"({"task_id": "HumanEval/0", "prompt": "def f():\n", "canonical_solution": "  return 1\n", "test": "def check(candidate):\n  assert candidate() == 1\n", "entry_point": "f"})",
       "", "HumanEval/0"},
      {"humaneval_x",
       R"({"task_id": "CPP/0", "prompt": "int f(){\n", "declaration": "int f(){\n", "canonical_solution": "return 1;}", "test": "int main(){}", "example_test": ""})",
       "", "CPP/0"},
      {"mbpp",
       R"({"task_id": 11, "text": "q", "code": "c", "test_list": ["assert f() == 1"], "test_setup_code": "", "challenge_test_list": []})",
       "", "11"},
      {"livecodebench",
       R"({"question_title": "t", "question_content": "q", "platform": "atcoder", "question_id": "abc1_a", "contest_id": "abc1", "contest_date": "2024-10-05T00:00:00", "starter_code": "", "difficulty": "easy", "public_test_cases": "[]", "private_test_cases": "eJx=", "metadata": "{}"})",
       "", "abc1_a"},
      {"ifeval",
       R"({"key": 1000, "prompt": "q", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{"num_highlights": null, "relation": null}]})",
       "", "1000"},
      {"knights_and_knaves",
       R"({"quiz": "q", "names": ["Ann", "Bo"], "knight_knave": {"knight": "knight"}, "solution": [true, false], "solution_text": "Ann is a knight, and Bo is a knave.", "index": 5})",
       "Ann is a knight, and Bo is a knave.", "5"},
      {"countdown", R"({"target": 98, "nums": [44, 19, 35]})", "98", "data.jsonl:1"},
  };
  std::set<std::string> seen;
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.benchmark);
    seen.insert(row.benchmark);
    const auto items = Parse(row.benchmark, std::string("[") + row.record + "]");
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(row.answer == nullptr ? "" : items[0].answer, row.answer == nullptr ? "" : row.answer);
    EXPECT_EQ(items[0].id, row.id);
    EXPECT_FALSE(BenchmarkPrompt(FindBenchmark(row.benchmark).prompt, items[0]).empty());
  }
  for (const Benchmark& b : AllBenchmarks()) EXPECT_EQ(*b.hub != '\0', seen.contains(b.name)) << b.name;
  EXPECT_EQ(PullCommand(FindBenchmark("math500")), "r1 pull datasets/HuggingFaceH4/MATH-500:test.jsonl");
}

TEST(BenchmarkItemsTest, ChoosesQuestionsByTheirDay) {
  const ScratchFolder folder;
  const std::string path = folder.path() + "/test5.jsonl";
  std::string lines;
  for (const char* date : {"2024-07-31T00:00:00", "2024-08-01T00:00:00", "2025-01-31T12:00:00", "2025-02-01"})
    lines += StrCat("{\"question_content\": \"q\", \"question_id\": \"", date, "\", \"contest_date\": \"", date, "\"}\n");
  AtomicWriteFile(path, lines);
  const Benchmark& b = FindBenchmark("livecodebench");
  EXPECT_EQ(ReadBenchmark(b, path).size(), 4u);
  const auto items = ReadBenchmark(b, path, {"2024-08-01", "2025-01-31"});
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].id, "2024-08-01T00:00:00");
  EXPECT_EQ(items[1].id, "2025-01-31T12:00:00");
  EXPECT_EQ(ReadBenchmark(b, path, {"2025-02-01", ""}).size(), 1u);
  EXPECT_THROW(ReadBenchmark(b, path, {"2026-01-01", ""}), Error) << "nothing is left";
  EXPECT_THROW(ReadBenchmark(FindBenchmark("gsm8k"), path, {"2024-08-01", ""}), Error) << "has no dates";
  AtomicWriteFile(path, "{\"question_content\": \"q\"}\n");
  EXPECT_THROW(ReadBenchmark(b, path, {"2024-08-01", ""}), Error) << "this record has none";
}

TEST(BenchmarkItemsTest, NumberingMayBeginAnewInEachFile) {
  const ScratchFolder folder;
  for (const char* name : {"people2.jsonl", "people3.jsonl", "people4.jsonl"})
    AtomicWriteFile(folder.path() + "/" + name, "{\"index\": 0, \"quiz\": \"q\", \"solution_text\": \"Ann is a knight.\"}\n");
  const auto items = ReadBenchmark(FindBenchmark("knights_and_knaves"), folder.path() + "/people[2-4].jsonl");
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[1].id, "0@1");
  EXPECT_EQ(items[2].id, "0@people4.jsonl:1");
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
