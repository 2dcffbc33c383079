#include "data/records.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "data/jsonl.h"

namespace r1 {
namespace {

using nlohmann::json;

const std::string kParquet = std::string(R1_SOURCE_DIR) + "/tests/golden/parquet/";

std::string ErrorOf(const std::string& path) {
  return MessageOf([&] { ForEachRecord(path, [](const json&, const std::string&) {}); });
}

class RecordsTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& contents) {
    const std::string path = folder_.path() + "/" + name;
    std::filesystem::create_directories(ParentDir(path));
    AtomicWriteFile(path, contents);
    return path;
  }
  std::vector<std::string> Read(const std::string& path) {
    std::vector<std::string> records;
    ForEachRecord(path, [&](const json& record, const std::string& where) {
      records.push_back(std::filesystem::path(where).filename().string() + " " + record.dump());
    });
    return records;
  }
  const std::string& folder() const { return folder_.path(); }

 private:
  ScratchFolder folder_;
};

TEST_F(RecordsTest, EveryFormGivesTheSameRecords) {
  const std::vector<std::string> rows = {"{\"a\":\"1\"}", "{\"a\":\"2\"}"};
  for (const auto& [name, contents] : {std::pair<std::string, std::string>{"f.jsonl", "{\"a\": \"1\"}\n{\"a\": \"2\"}\n"},
                                       {"f.json", " [{\"a\": \"1\"}, {\"a\": \"2\"}]"},
                                       {"mark.jsonl", "\xEF\xBB\xBF{\"a\": \"1\"}\n{\"a\": \"2\"}\n"},
                                       {"mark.json", "\xEF\xBB\xBF[{\"a\": \"1\"}, {\"a\": \"2\"}]"},
                                       {"f.csv", "a\n1\n2\n"}}) {
    const auto records = Read(Write(name, contents));
    ASSERT_EQ(records.size(), 2u) << name;
    for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(records[i].ends_with(rows[i])) << records[i];
  }
  // Parquet, by its contents whatever it is called; its JSON lines are beside it.
  std::vector<json> parquet, lines;
  const std::string renamed = Write("questions.bin", ReadFile(kParquet + "codec_snappy_v1.parquet"));
  ForEachRecord(renamed, [&](const json& record, const std::string&) { parquet.push_back(record); });
  ForEachRecord(kParquet + "codec_snappy_v1.jsonl", [&](const json& record, const std::string&) { lines.push_back(record); });
  EXPECT_EQ(parquet, lines);
  EXPECT_EQ(Read(renamed)[59].substr(0, 17), "questions.bin:60 ");
  EXPECT_EQ(ReadExamples(renamed)[1].question, "What is 1 + 1? π ≈ 3");
}

TEST_F(RecordsTest, LinesStandAsTheyStood) {
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line, const std::string&) { lines.emplace_back(line); };
  ForEachRecordLine(Write("f.jsonl", "{\"b\": 1,  \"a\": 2}\n"), keep);
  ForEachRecordLine(Write("f.json", "[{\"b\": 1,  \"a\": 2}]"), keep);
  EXPECT_EQ(lines, (std::vector<std::string>{"{\"b\": 1,  \"a\": 2}", "{\"a\":2,\"b\":1}"}));
}

TEST_F(RecordsTest, FoldersAndPatternsAreShardsInOrder) {
  for (const char* name : {"s/test-1.jsonl", "s/test-0.jsonl", "s/test-10.jsonl"}) Write(name, "{}\n");
  Write("s/README.md", "no data");
  EXPECT_EQ(Read(folder() + "/s"), (std::vector<std::string>{"test-0.jsonl:1 {}", "test-1.jsonl:1 {}", "test-10.jsonl:1 {}"}));
  EXPECT_EQ(Read(folder() + "/s/test-1*.jsonl").size(), 2u);
  EXPECT_EQ(DataFiles(folder() + "/s")[0].name, "test-0.jsonl");
  EXPECT_NE(ErrorOf(folder() + "/s/train-*").find("holds no file train-*"), std::string::npos);
  EXPECT_NE(ErrorOf(folder()).find("holds no data files; below it are s/"), std::string::npos);
  Write("s/train-0.jsonl", "{}\n");
  EXPECT_NE(ErrorOf(folder() + "/s").find("several splits: test, train"), std::string::npos) << "nobody wants to test on these";
  Write("t/a.csv", "a\n");
  Write("t/a.jsonl", "{}\n");
  EXPECT_NE(ErrorOf(folder() + "/t").find("several forms: .csv, .jsonl"), std::string::npos);
  EXPECT_NE(ErrorOf(folder() + "/nowhere.jsonl").find("nowhere.jsonl"), std::string::npos);
}

}  // namespace
}  // namespace r1
