// Against ids, bytes and streamed prefixes recorded from Hugging Face tokenizers and a second independent implementation.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/env.h"
#include "base/files.h"
#include "text/stream_decoder.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

namespace r1 {
namespace {

const std::string kData = EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data");

// The R1 releases use these vocabularies with other added tokens; the cases' notes give the table.
std::unique_ptr<Tokenizer> Open(const std::string& name) {
  const bool qwen = name.find("Qwen") != std::string::npos;
  Tokenizer base = LoadTokenizer(kData + "/tokenizers/" + (qwen ? "qwen2_5" : "deepseek_v3"));
  if (name == "Qwen2.5" || name == "DeepSeek-V3") return std::make_unique<Tokenizer>(std::move(base));
  TokenizerSpec spec = base.spec();
  const std::map<std::string, int32_t> table = name == "DeepSeek-R1"
                                                   ? std::map<std::string, int32_t>{{"<think>", 128798}, {"</think>", 128799}}
                                                   : std::map<std::string, int32_t>{{"<｜end▁of▁sentence｜>", 151643},
                                                                                    {"<｜User｜>", 151644},
                                                                                    {"<｜Assistant｜>", 151645},
                                                                                    {"<｜begin▁of▁sentence｜>", 151646},
                                                                                    {"<|EOT|>", 151647},
                                                                                    {"<think>", 151648},
                                                                                    {"</think>", 151649}};
  std::erase_if(spec.added_tokens, [&](const AddedToken& t) {
    return qwen || std::any_of(table.begin(), table.end(), [&](const auto& row) { return row.second == t.id; });
  });
  spec.bos_token = spec.eos_token = spec.pad_token = "";
  for (const auto& [content, id] : table) spec.added_tokens.push_back({.id = id, .content = content});
  return std::make_unique<Tokenizer>(std::move(spec));
}

std::string Hex(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    hex += "0123456789abcdef"[c & 15];
  }
  return hex;
}

TEST(TokenizerCasesTest, AgreesWithHuggingFaceOnEveryRecordedCase) {
  const std::string path = kData + "/cases/tokenizer_cases.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << kData << " (R1_TEST_DATA) is not here";
  std::map<std::string, std::unique_ptr<Tokenizer>> tokenizers;
  std::ifstream file(path);
  int num_cases = 0, num_streams = 0;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json c = nlohmann::json::parse(line);
    auto& tokenizer = tokenizers[c.at("tokenizer")];
    if (tokenizer == nullptr) tokenizer = Open(c.at("tokenizer"));
    const std::string text = c.at("text");
    const std::vector<int32_t> ids = c.at("ids");
    ++num_cases;
    EXPECT_EQ(tokenizer->Encode(text), ids) << c.at("id") << " " << c.at("category") << ": " << text;
    std::string bytes;
    for (const int32_t id : ids) bytes += tokenizer->TokenBytes(id);
    EXPECT_EQ(Hex(bytes), c.at("bytes_hex")) << c.at("id");
    EXPECT_EQ(tokenizer->Decode(ids), c.at("decoded")) << c.at("id");
    if (c.contains("decoded_skip_special")) {
      EXPECT_EQ(tokenizer->Decode(ids, {.skip_special = true}), c.at("decoded_skip_special")) << c.at("id");
    }
    if (!c.contains("prefix_decodes")) continue;
    ++num_streams;
    // A prefix that ends inside a character decodes to a trailing U+FFFD, which the stream holds back.
    StreamDecoder stream(*tokenizer);
    std::string shown;
    for (size_t i = 0; i < ids.size(); ++i) {
      shown += stream.Push(ids[i]);
      EXPECT_EQ(shown + (stream.has_pending() ? std::string(kReplacementCharacter) : ""), c.at("prefix_decodes")[i]) << c.at("id");
    }
    EXPECT_EQ(shown + stream.Flush(), c.at("decoded")) << c.at("id");
  }
  EXPECT_GT(num_cases, 500);
  EXPECT_GT(num_streams, 50);
}

TEST(TokenizerCasesTest, SavedFilesLoadAgainAndEncodeTheSame) {
  if (!std::filesystem::exists(kData)) GTEST_SKIP() << kData << " (R1_TEST_DATA) is not here";
  const Tokenizer first = LoadTokenizer(kData + "/tokenizers/qwen2_5");
  const std::string saved = TokenizerFiles(first)[0].second;
  const Tokenizer second(ParseTokenizerJson(saved));
  const std::string text = "Don't panic: 12345 cafés, e\xCC\x81t\xC3\xA9.<|im_end|>\n\n  \xF0\x9F\x98\x80";
  EXPECT_EQ(first.Encode(text), second.Encode(text));
  EXPECT_EQ(first.vocab_size(), second.vocab_size());
  EXPECT_EQ(saved, TokenizerFiles(second)[0].second);
}

}  // namespace
}  // namespace r1
