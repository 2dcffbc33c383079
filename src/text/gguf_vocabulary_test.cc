#include "text/gguf_vocabulary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/env.h"
#include "base/error.h"
#include "base/message_of.h"
#include "base/rng.h"
#include "text/bpe_trainer.h"
#include "text/byte_alphabet.h"
#include "text/test_corpus.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

const std::string kData = EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data");

TEST(GgufVocabularyTest, PublishedVocabulariesEncodeTheSameThroughGguf) {
  const std::string path = kData + "/cases/tokenizer_cases.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << kData << " (R1_TEST_DATA) is not here";
  int num_cases = 0;
  for (const auto& [name, folder, pre] :
       {std::tuple{"Qwen2.5", "qwen2_5", "qwen2"}, {"DeepSeek-V3", "deepseek_v3", "deepseek-v3"}}) {
    const Tokenizer original = LoadTokenizer(kData + "/tokenizers/" + folder);
    const GgufVocabulary vocabulary = ToGgufVocabulary(original.spec(), original.vocab_size() + 100);
    EXPECT_EQ(vocabulary.model, "gpt2");
    EXPECT_EQ(vocabulary.pre, pre);
    EXPECT_EQ(vocabulary.tokens.back(), "[PAD" + std::to_string(original.vocab_size() + 99) + "]");
    const Tokenizer t(ToTokenizerSpec(vocabulary));
    EXPECT_EQ(t.bos_id(), original.bos_id());
    EXPECT_EQ(t.eos_id(), original.eos_id());
    EXPECT_EQ(t.spec().add_bos, original.spec().add_bos);
    EXPECT_EQ(t.spec().chat_template, original.spec().chat_template);
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      const nlohmann::json c = nlohmann::json::parse(line);
      if (c.at("tokenizer") != name) continue;
      const std::vector<int32_t> ids = c.at("ids");
      ++num_cases;
      EXPECT_EQ(t.Encode(c.at("text").get<std::string>()), ids) << c.at("id");
      EXPECT_EQ(t.Decode(ids), c.at("decoded")) << c.at("id");
      if (c.contains("decoded_skip_special")) {
        EXPECT_EQ(t.Decode(ids, {.skip_special = true}), c.at("decoded_skip_special")) << c.at("id");
      }
    }
  }
  EXPECT_GT(num_cases, 500);
}

// Byte-level, with the merges a+b, ab+c; ids 0..255 are bytes.
GgufVocabulary SmallGpt2(const std::string& pre) {
  GgufVocabulary v{.model = "gpt2", .pre = pre};
  for (int byte = 0; byte < 256; ++byte) v.tokens.push_back(ToByteAlphabet(std::string(1, static_cast<char>(byte))));
  for (const char* token : {"ab", "abc", "<|end|>", "<think>", "spare", "bcd"}) v.tokens.emplace_back(token);
  v.types.assign(v.tokens.size(), GgufTokenType::kNormal);
  v.types[258] = GgufTokenType::kControl;
  v.types[259] = GgufTokenType::kUserDefined;
  v.types[260] = GgufTokenType::kUnused;
  v.merges = {"a b", "ab c"};
  v.eos_id = 258;
  return v;
}

TEST(GgufVocabularyTest, TypesSayWhichTokensAreFoundInTheText) {
  const Tokenizer t(ToTokenizerSpec(SmallGpt2("qwen2")));
  EXPECT_EQ(t.Encode("abc<|end|><think>"), (std::vector<int32_t>{257, 258, 259}));
  EXPECT_EQ(t.Encode("spare").size(), 5u);
  EXPECT_EQ(t.eos_id(), 258);
  EXPECT_TRUE(t.is_special(258));
  EXPECT_FALSE(t.is_special(259));
}

TEST(GgufVocabularyTest, EveryNameOfPreLoadsAndSurvivesTheWayBack) {
  for (const std::string& pre : KnownGgufPreTokenizers()) {
    const TokenizerSpec spec = ToTokenizerSpec(SmallGpt2(pre));
    const TokenizerSpec again = ToTokenizerSpec(ToGgufVocabulary(spec));
    EXPECT_EQ(again.pre_tokenizer_json, spec.pre_tokenizer_json) << pre;
    EXPECT_EQ(again.normalizer_json, spec.normalizer_json) << pre;
    EXPECT_EQ(again.ignore_merges, spec.ignore_merges) << pre;
    const Tokenizer a{TokenizerSpec(spec)}, b{TokenizerSpec(again)};
    const std::string text = "abc 12345 'LL bcd\xE4\xB8\xAD e\xCC\x81\r\n\n  x\t!? <|end|>";
    EXPECT_EQ(a.Encode(text), b.Encode(text)) << pre;
    EXPECT_EQ(b.Decode(b.Encode("abc <think>")), "abc <think>");
  }
  // Numbers: together, by threes, alone; whole pieces by Llama's rule only.
  const auto count = [](const char* pre, const char* text) {
    return Tokenizer(ToTokenizerSpec(SmallGpt2(pre))).Encode(text).size();
  };
  EXPECT_EQ(count("llama-bpe", "bcd"), 1u);
  EXPECT_EQ(count("smaug-bpe", "bcd"), 3u);
}

// Others then cut text as we do, and not in "some default way".
TEST(GgufVocabularyTest, ATrainedTokenizerWithWholeNumbersIsGpt2s) {
  BpeTrainerConfig config;
  config.vocab_size = 400;
  config.single_digits = false;
  const Tokenizer trained = TrainBpe(TestCorpus(), config);
  const GgufVocabulary vocabulary = ToGgufVocabulary(trained.spec(), trained.vocab_size());
  EXPECT_EQ(vocabulary.pre, "gpt-2");
  const Tokenizer read(ToTokenizerSpec(vocabulary));
  for (const char* text :
       {"Mira has 11 marbles, and 12.", "a  b   11\n\n  11 ", "don't  we'll\t1+11=12", "\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80!?"})
    EXPECT_EQ(read.Encode(text), trained.Encode(text)) << text;
}

// "llama": joins by score; what is no token becomes bytes.
GgufVocabulary SmallLlama() {
  GgufVocabulary v{.model = "llama", .pre = "default"};
  const auto add = [&](const std::string& token, float score, GgufTokenType type) {
    v.tokens.push_back(token);
    v.scores.push_back(score);
    v.types.push_back(type);
  };
  add("<unk>", 0, GgufTokenType::kUnknown);
  add("<s>", 0, GgufTokenType::kControl);
  add("</s>", 0, GgufTokenType::kControl);
  for (int byte = 0; byte < 256; ++byte) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    add(std::string("<0x") + kHex[byte >> 4] + kHex[byte & 15] + ">", 0, GgufTokenType::kByte);
  }
  float score = -1;
  for (const char* token : {"bc", "ab", "aa", "\u2581a", "\u2581ab", "\u2581", "a", "b", "c"})
    add(token, score--, GgufTokenType::kNormal);
  v.bos_id = 1;
  v.eos_id = 2;
  v.unk_id = 0;
  v.add_bos = true;
  return v;
}

// SentencePiece as it is defined: of all neighbours that make a token, join the best, leftmost first.
std::vector<int32_t> ByScores(const GgufVocabulary& v, std::vector<std::string> parts) {
  const auto id = [&](const std::string& token) {
    for (size_t i = 259; i < v.tokens.size(); ++i)
      if (v.tokens[i] == token) return static_cast<int>(i);
    return -1;
  };
  for (;;) {
    int best = -1;
    size_t at = 0;
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      const int found = id(parts[i] + parts[i + 1]);
      if (found >= 0 && (best < 0 || v.scores[static_cast<size_t>(found)] > v.scores[static_cast<size_t>(best)]))
        best = found, at = i;
    }
    if (best < 0) break;
    parts[at] += parts[at + 1];
    parts.erase(parts.begin() + static_cast<ptrdiff_t>(at) + 1);
  }
  std::vector<int32_t> ids;
  for (const std::string& part : parts) ids.push_back(id(part));
  return ids;
}

TEST(GgufVocabularyTest, LlamaJoinsByScoreLeftmostFirst) {
  const GgufVocabulary v = SmallLlama();
  const Tokenizer t(ToTokenizerSpec(v));
  Rng rng(RngKey({3}));
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> parts = {"\u2581"};
    std::string text;
    for (uint64_t n = 1 + rng.Below(60); n > 0; --n) {
      text += "abc "[rng.Below(4)];
      parts.push_back(text.back() == ' ' ? "\u2581" : text.substr(text.size() - 1));
    }
    ASSERT_EQ(t.Encode(text), ByScores(v, parts)) << text;
    ASSERT_EQ(t.Decode(t.Encode(text)), text);
  }
  EXPECT_EQ(t.Decode(t.Encode("a\u4E2D\n")), "a\u4E2D\n");
  EXPECT_EQ(t.Encode("a", {.add_bos = true})[0], 1);
}

TEST(GgufVocabularyTest, LlamaSurvivesTheWayBackAndThroughTokenizerJson) {
  const Tokenizer t(ToTokenizerSpec(SmallLlama()));
  const Tokenizer gguf(ToTokenizerSpec(ToGgufVocabulary(t.spec())));
  const Tokenizer json(ParseTokenizerJson(TokenizerFiles(t)[0].second));
  const Tokenizer json_gguf(ToTokenizerSpec(ToGgufVocabulary(json.spec())));
  for (const char* text : {"ab bca aab", " a", "abc\xE2\x82\xAC</s>a", ""})
    for (const Tokenizer* other : {&gguf, &json, &json_gguf}) EXPECT_EQ(other->Encode(text), t.Encode(text)) << text;
  EXPECT_EQ(gguf.spec().added_tokens.size(), 3u);
}

std::string ErrorOf(const GgufVocabulary& v) {
  return MessageOf([&] { Tokenizer(ToTokenizerSpec(v)); });
}

TEST(GgufVocabularyTest, WhatIsWrongIsNamed) {
  GgufVocabulary v = SmallGpt2("moonshot");
  EXPECT_NE(ErrorOf(v).find("pre-tokenizer moonshot is not known; known: qwen2, "), std::string::npos);
  v = SmallGpt2("qwen2");
  v.model = "bert";
  EXPECT_NE(ErrorOf(v).find("tokenizer model bert is not supported"), std::string::npos);
  v = SmallGpt2("qwen2");
  v.merges.emplace_back("x y");
  EXPECT_NE(ErrorOf(v).find("merge 2 \"x y\" needs a token"), std::string::npos);
  v.merges.back() = "nospace";
  EXPECT_NE(ErrorOf(v).find("merge 2"), std::string::npos);
  v = SmallGpt2("qwen2");
  v.types.pop_back();
  EXPECT_NE(ErrorOf(v).find("262 tokens but 261 token types"), std::string::npos);
  v = SmallGpt2("qwen2");
  v.bos_id = 1'000;
  EXPECT_NE(ErrorOf(v).find("bos_token_id 1000"), std::string::npos);
  v = SmallLlama();
  v.scores.pop_back();
  EXPECT_NE(ErrorOf(v).find("scores"), std::string::npos);
  v = SmallLlama();
  v.scores[300 % v.scores.size()] = NAN;
  EXPECT_NE(ErrorOf(v).find("score is"), std::string::npos);
  TokenizerSpec spec = ToTokenizerSpec(SmallGpt2("qwen2"));
  spec.pre_tokenizer_json = R"({"type":"ByteLevel","add_prefix_space":true,"use_regex":true})";
  EXPECT_THROW(ToGgufVocabulary(spec), Error);
}

}  // namespace
}  // namespace r1
