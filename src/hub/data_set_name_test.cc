#include "hub/data_set_name.h"

#include <gtest/gtest.h>

#include "base/message_of.h"

namespace r1 {
namespace {

std::string Chosen(const std::string& name, const std::vector<std::string>& paths) {
  std::vector<HubFile> files;
  for (const std::string& path : paths) files.push_back({.path = path});
  std::string text;
  const std::string error = MessageOf([&] {
    for (const HubFile& file : ChooseDataFiles(*DataSetName::Parse(name), files)) text += (text.empty() ? "" : " ") + file.path;
  });
  return text.empty() ? error : text;
}

TEST(DataSetNameTest, IsDatasetsOwnerNameAndMaybeFiles) {
  EXPECT_EQ(DataSetName::Parse("datasets/openai/gsm8k")->repo, "openai/gsm8k");
  EXPECT_EQ(DataSetName::Parse("datasets/openai/gsm8k:main/test-*.parquet")->files, "main/test-*.parquet");
  for (const char* text : {"", "datasets", "datasets/a", "openai/gsm8k", "datasets/a/b/c", "datasets/../x", "datasets/a/b:../x",
                           "datasets/a/b:/etc/passwd", "datasets/a/b:"})
    EXPECT_FALSE(DataSetName::Parse(text).has_value()) << text;
}

TEST(DataSetNameTest, ChoosesRecordsByNameFolderOrPattern) {
  const std::vector<std::string> files = {".gitattributes",       "README.md",          "dataset_infos.json", "main/test-0.parquet",
                                          "main/train-0.parquet", "other/test-0.jsonl", "script.py"};
  EXPECT_EQ(Chosen("datasets/a/b", files), "main/test-0.parquet main/train-0.parquet other/test-0.jsonl");
  EXPECT_EQ(Chosen("datasets/a/b:main", files), "main/test-0.parquet main/train-0.parquet");
  EXPECT_EQ(Chosen("datasets/a/b:main/test-*.parquet", files), "main/test-0.parquet");
  EXPECT_EQ(Chosen("datasets/a/b:script.py", files), "script.py") << "what is named is meant";
  EXPECT_EQ(Chosen("datasets/a/b:test*", files),
            "a/b has no file test*; its data files: main/test-0.parquet, main/train-0.parquet, other/test-0.jsonl");
  EXPECT_EQ(Chosen("datasets/a/b", {"README.md"}), "a/b has nothing to read; it holds no JSON lines, JSON, Parquet or CSV");
}

}  // namespace
}  // namespace r1
