#include "data/jsonl.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/env.h"
#include "base/error.h"
#include "base/message_of.h"

namespace r1 {
namespace {

std::string ErrorOf(std::string_view text) {
  return MessageOf([&] { ParseExamples(text, "f.jsonl"); }, ErrorCode::kDataLoss);
}

TEST(JsonlTest, ReadsQuestionAnswerAndMetadata) {
  const auto examples = ParseExamples(
      "{\"question\": \"1+1?\", \"answer\": 2, \"level\": 3, \"tags\": [\"a\"]}\n\n"
      "{\"id\": \"q7\", \"question\": \"Caf\xC3\xA9?\", \"answer\": \"yes\", \"source\": \"me\"}",
      "f.jsonl");
  ASSERT_EQ(examples.size(), 2u);
  EXPECT_EQ(examples[0].id, "f.jsonl:1");
  EXPECT_EQ(examples[0].answer, "2");
  EXPECT_EQ(examples[0].metadata.at("level"), "3");
  EXPECT_EQ(examples[0].metadata.at("tags"), "[\"a\"]");
  EXPECT_EQ(examples[1].id, "q7");
  EXPECT_EQ(examples[1].metadata.at("source"), "me");
}

TEST(JsonlTest, ErrorsNameTheLine) {
  EXPECT_NE(ErrorOf("{\"question\": \"a\", \"answer\": \"b\"}\n{bad").find("f.jsonl:2"), std::string::npos);
  EXPECT_EQ(ErrorOf("[1]"), "f.jsonl:1: expected a JSON object, got array");
  EXPECT_EQ(ErrorOf("{\"answer\": \"b\"}"), "f.jsonl:1: \"question\" is missing; there is answer");
  EXPECT_EQ(ErrorOf("{\"question\": \"b\"}"), "f.jsonl:1: \"answer\" is missing; there is question");
  EXPECT_EQ(ErrorOf("{\"question\": 3, \"answer\": \"b\"}"), "f.jsonl:1: \"question\" must be a string, got number");
  EXPECT_NE(
      ErrorOf("{\"id\":1,\"question\":\"a\",\"answer\":\"b\"}\n{\"id\":1,\"question\":\"a\",\"answer\":\"b\"}").find("f.jsonl:2"),
      std::string::npos);
}

TEST(JsonlTest, ReadsTexts) {
  EXPECT_EQ(ParseTexts("{\"text\": \"a\\nb\", \"id\": 1}\r\n\n{\"text\": \"\"}", "f.jsonl"),
            (std::vector<std::string>{"a\nb", ""}));
  const auto error = [](std::string_view text) -> std::string {
    try {
      ParseTexts(text, "f.jsonl");
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kDataLoss);
      return e.what();
    }
    return "no error";
  };
  EXPECT_EQ(error("{\"text\": \"a\"}\n{\"txt\": 1}"), "f.jsonl:2: \"text\" is missing");
  EXPECT_EQ(error("{\"text\": 1}"), "f.jsonl:1: \"text\" must be a string, got number");
  EXPECT_EQ(error("\"text\""), "f.jsonl:1: expected a JSON object, got string");
}

TEST(JsonlTest, MissingFileIsNotFound) {
  try {
    ReadExamples("/nonexistent/file.jsonl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  }
}

TEST(JsonlTest, ReadsBenchmarkFiles) {
  const std::filesystem::path folder =
      std::filesystem::path(EnvironmentVariable("R1_TEST_DATA").value_or(R1_SOURCE_DIR "/../shared/data")) / "benchmarks";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "the shared benchmark data is not here";
  int64_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    EXPECT_FALSE(ReadExamples(entry.path().string()).empty()) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace r1
