#include "data/csv.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/message_of.h"

namespace r1 {
namespace {

using nlohmann::json;

std::vector<json> Parse(const std::string& text) {
  std::vector<json> records;
  ForEachCsvRecord(text, "f.csv", [&](const json& record, const std::string& where) {
    records.push_back(record);
    records.back()["where"] = where;
  });
  return records;
}

std::string ErrorOf(const std::string& text) {
  return MessageOf([&] { Parse(text); });
}

TEST(CsvTest, ReadsQuotesCommasAndLinesInFields) {
  const auto records = Parse("\xEF\xBB\xBFQuestion,Correct Answer\r\n\"a, \"\"b\"\"\nc\",1\r\n\r\nd,\"\"\n,e");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0], json({{"Question", "a, \"b\"\nc"}, {"Correct Answer", "1"}, {"where", "f.csv:2"}}));
  EXPECT_EQ(records[1], json({{"Question", "d"}, {"Correct Answer", ""}, {"where", "f.csv:5"}}));
  EXPECT_EQ(records[2]["Correct Answer"], "e");
  EXPECT_TRUE(Parse("").empty());
  EXPECT_TRUE(Parse("a,b\n").empty());
  EXPECT_EQ(Parse("a,b\n,")[0]["b"], "");
}

TEST(CsvTest, NamesTheLineThatIsWrong) {
  EXPECT_EQ(ErrorOf("a,b\n1,2\n3\n"), "f.csv:3: expected 2 fields, got 1");
  EXPECT_EQ(ErrorOf("a,b\n\"1\n\n\",2\n3,4,5"), "f.csv:5: expected 2 fields, got 3");
  EXPECT_EQ(ErrorOf("a\n\"1"), "f.csv:2: a quote is not closed");
  EXPECT_EQ(ErrorOf("a\n\"1\"2"), "f.csv:2: text behind a closed quote");
  EXPECT_EQ(ErrorOf("a,b,a\n"), "f.csv:1: field \"a\" stands twice");
  EXPECT_EQ(ErrorOf("a\n\xFF"), "f.csv:2: a field is no UTF-8 text");
}

}  // namespace
}  // namespace r1
