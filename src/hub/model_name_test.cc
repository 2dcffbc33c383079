#include "hub/model_name.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "hub/hub.h"

namespace r1 {
namespace {

std::string Chosen(const std::string& name, const std::vector<std::string>& paths) {
  std::vector<HubFile> files;
  for (const std::string& path : paths) files.push_back({.path = path});
  std::string text;
  try {
    for (const HubFile& file : ChooseFiles(*ModelName::Parse(name), files)) text += (text.empty() ? "" : " ") + file.path;
  } catch (const Error& e) {
    return e.what();
  }
  return text;
}

TEST(ModelNameTest, IsOwnerSlashNameAndMaybeAFile) {
  EXPECT_EQ(ModelName::Parse("deepseek-ai/DeepSeek-R1")->repo, "deepseek-ai/DeepSeek-R1");
  EXPECT_EQ(ModelName::Parse("a/b:sub/model.gguf")->file, "sub/model.gguf");
  for (const char* text : {"", "a", "a/", "/b", "a/b/c", "a/..", "../b", "a b/c", "a/b:", "a/b:../x", "a/b:/etc/passwd", "a:b/c",
                           "~/b", "./b", "http://x/y"})
    EXPECT_FALSE(ModelName::Parse(text).has_value()) << text;
}

TEST(ModelNameTest, PathsThatLeaveTheirFolderAreNotSafe) {
  for (const char* path : {"a", "model-00001-of-00002.safetensors", "sub/dir/x.gguf", "ü.json"})
    EXPECT_TRUE(IsSafePath(path)) << path;
  for (const std::string path :
       {"", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", ".hidden", "a/.git/config", "a\\b", "C:x", "a\nb", "a\x7f"})
    EXPECT_FALSE(IsSafePath(path)) << path;
  EXPECT_FALSE(IsSafePath(std::string("a\0b", 3)));
  EXPECT_FALSE(IsSafePath(std::string(256, 'a')));
}

TEST(ModelNameTest, AFolderOfSafetensorsIsWhatTheModelNeeds) {
  EXPECT_EQ(Chosen("a/b", {".gitattributes", "README.md", "config.json", "model.safetensors", "tokenizer.json",
                           "original/consolidated.00.pth", "original/model.safetensors", "pytorch_model.bin",
                           "consolidated.safetensors", "chat_template.jinja"}),
            "config.json model.safetensors tokenizer.json chat_template.jinja");
  EXPECT_EQ(Chosen("a/b", {"config.json", "pytorch_model.bin"}),
            "a/b is no model that r1 reads: it has neither safetensors nor GGUF files");
  EXPECT_EQ(Chosen("a/b", {"model.safetensors"}), "a/b is no model that r1 reads: it has no config.json");
}

TEST(ModelNameTest, AQuantizationChoosesItsGguf) {
  const std::vector<std::string> files = {"README.md",
                                          "m-Q4_K_M.gguf",
                                          "m-q4_k_s.gguf",
                                          "m-Q8_0.gguf",
                                          "mmproj-Q8_0.gguf",
                                          "Q6_K/m-Q6_K-00001-of-00002.gguf",
                                          "Q6_K/m-Q6_K-00002-of-00002.gguf",
                                          "m-UD-Q2_K.gguf",
                                          "m-Q2_K.gguf"};
  EXPECT_EQ(Chosen("a/b:Q4_K_M", files), "m-Q4_K_M.gguf");
  EXPECT_EQ(Chosen("a/b:q8_0", files), "m-Q8_0.gguf");
  EXPECT_EQ(Chosen("a/b:m-Q8_0.gguf", files), "m-Q8_0.gguf");
  EXPECT_EQ(Chosen("a/b:Q6_K", files), "Q6_K/m-Q6_K-00001-of-00002.gguf Q6_K/m-Q6_K-00002-of-00002.gguf");
  EXPECT_NE(Chosen("a/b:Q4_K", files).find("has no file and no quantization Q4_K; its GGUF files: m-Q4_K_M.gguf"),
            std::string::npos);
  EXPECT_NE(Chosen("a/b:Q2_K", files).find("several files of quantization Q2_K; name one: m-Q2_K.gguf, m-UD-Q2_K.gguf"),
            std::string::npos);
  EXPECT_NE(Chosen("a/b", files).find("choose one as a/b:Q4_K_M or by name: m-Q4_K_M.gguf, "), std::string::npos);
}

TEST(HubTest, AListThatMakesNoSenseIsRefused) {
  const std::string hash(64, 'a');
  const HubRepo repo = ParseHubRepo(
      R"({"sha":"abc","siblings":[{"rfilename":"config.json","size":12},{"rfilename":"m.safetensors","lfs":{"sha256":")" + hash +
          R"(","size":5000000000}}]})",
      "a/b");
  EXPECT_EQ(repo.commit, "abc");
  ASSERT_EQ(repo.files.size(), 2u);
  EXPECT_EQ(repo.files[0].bytes, 12);
  EXPECT_EQ(repo.files[1].sha256, hash);
  EXPECT_EQ(repo.files[1].bytes, 5'000'000'000);
  for (const char* text :
       {"", "[]", "{}", R"({"sha":"","siblings":[]})", R"({"sha":"a","siblings":5})", R"({"sha":"a","siblings":[{}]})",
        R"({"sha":"a","siblings":[{"rfilename":"x","lfs":{"sha256":"../../etc","size":1}}]})",
        R"({"sha":"a","siblings":[{"rfilename":"x","size":-1}]})"})
    EXPECT_THROW(ParseHubRepo(text, "a/b"), Error) << text;
}

TEST(HttpClientTest, AnOriginIsSchemeHostAndPort) {
  EXPECT_EQ(HttpOrigin("https://Hub.example/a?b"), "https://hub.example:443");
  EXPECT_EQ(HttpOrigin("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_NE(HttpOrigin("http://hub.example"), HttpOrigin("https://hub.example"));
  EXPECT_NE(HttpOrigin("https://hub.example"), HttpOrigin("https://user:hub.example@evil.example"));
  for (const char* url : {"", "file:///etc/passwd", "ftp://a/b", "hub.example/x", "http://"})
    EXPECT_THROW(HttpOrigin(url), Error) << url;
}

}  // namespace
}  // namespace r1
