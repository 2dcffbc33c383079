#include "text/bpe_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "text/test_corpus.h"

namespace r1 {
namespace {

BpeTrainerConfig Config(int64_t vocab_size, bool used_bytes_only) {
  return {.vocab_size = vocab_size,
          .special_tokens = {"<|end|>"},
          .plain_tokens = {"<think>", "</think>"},
          .eos_token = "<|end|>",
          .used_bytes_only = used_bytes_only};
}

TEST(BpeTrainerTest, LearnsWordsWithTheSpaceBeforeThem) {
  const Tokenizer t = TrainBpe(TestCorpus(), Config(512, false));
  EXPECT_LE(t.vocab_size(), 512);
  EXPECT_EQ(t.Encode(" marbles").size(), 1u);
  EXPECT_EQ(t.Encode(" neighbour").size(), 1u);
  EXPECT_EQ(t.Encode("Mira has").size(), 2u);
  EXPECT_EQ(t.TokenBytes(t.Encode(" answer")[0]), " answer");
}

TEST(BpeTrainerTest, EveryDigitIsAlone) {
  const Tokenizer t = TrainBpe(TestCorpus(), Config(512, false));
  for (int32_t id = 0; id < t.vocab_size(); ++id) {
    const std::string& bytes = t.TokenBytes(id);
    const bool has_digit = std::any_of(bytes.begin(), bytes.end(), [](char c) { return c >= '0' && c <= '9'; });
    EXPECT_TRUE(!has_digit || bytes.size() == 1) << bytes;
  }
  EXPECT_EQ(t.Encode("12+3=15").size(), 7u);
  BpeTrainerConfig together = Config(512, false);
  together.single_digits = false;
  EXPECT_LT(TrainBpe(TestCorpus(), together).Encode("11+11").size(), 5u);
}

TEST(BpeTrainerTest, DoesNotDependOnTheOrderOfTheDocuments) {
  std::vector<std::string> documents = TestCorpus();
  const std::string first = TokenizerFiles(TrainBpe(documents, Config(400, false)))[0].second;
  std::reverse(documents.begin(), documents.end());
  EXPECT_EQ(TokenizerFiles(TrainBpe(documents, Config(400, false)))[0].second, first);
}

TEST(BpeTrainerTest, AddedTokensComeFirstAndAreNotSplitOrLearned) {
  std::vector<std::string> documents = TestCorpus();
  for (std::string& d : documents) d += "<think> x </think><|end|>";
  const Tokenizer t = TrainBpe(documents, Config(400, false));
  EXPECT_EQ(t.TokenId("<|end|>"), 0);
  EXPECT_EQ(t.eos_id(), 0);
  EXPECT_EQ(t.TokenId("<think>"), 1);
  EXPECT_EQ(t.Encode("<think>").size(), 1u);
  EXPECT_TRUE(t.is_special(0));
  EXPECT_FALSE(t.is_special(1));
  for (int32_t id = 3; id < t.vocab_size(); ++id) EXPECT_EQ(t.TokenBytes(id).find("end|"), std::string::npos);
}

TEST(BpeTrainerTest, EncodesEverythingWithAllBytes) {
  const Tokenizer t = TrainBpe(TestCorpus(), Config(300, false));
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string bytes;
  for (const int32_t id : t.Encode(all)) bytes += t.TokenBytes(id);
  EXPECT_EQ(bytes, all);
}

TEST(BpeTrainerTest, UnknownBytesBecomeTheUnknownToken) {
  const Tokenizer t = TrainBpe(TestCorpus(), Config(200, true));
  ASSERT_TRUE(t.unk_id().has_value());
  EXPECT_EQ(t.TokenId("<unk>"), t.unk_id());
  EXPECT_LE(t.vocab_size(), 200);
  const std::vector<int32_t> ids = t.Encode("Mira \xC3\xA9");
  EXPECT_EQ(std::count(ids.begin(), ids.end(), *t.unk_id()), 2);  // one for each byte
  EXPECT_EQ(t.Decode(ids), "Mira <unk><unk>");
  EXPECT_EQ(t.Decode(t.Encode("Mira has 3 apples.")), "Mira has 3 apples.");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_FALSE(t.Encode(all).empty());
}

TEST(BpeTrainerTest, StopsWhereNothingIsLeftToJoin) {
  const std::vector<std::string> documents = {"aaaa aaaa"};
  const Tokenizer t = TrainBpe(documents, {.vocab_size = 10000, .used_bytes_only = true});
  EXPECT_LT(t.vocab_size(), 10);
  EXPECT_EQ(t.Encode("aaaa").size(), 1u);
  EXPECT_GT(TrainBpe({}, {.vocab_size = 256}).vocab_size(), 255);
}

// transformers go by the post-processor alone, and we by either.
TEST(BpeTrainerTest, TheBeginTokenIsInThePostProcessor) {
  BpeTrainerConfig config = Config(400, true);
  config.bos_token = "<|begin|>";
  EXPECT_EQ(TrainBpe(TestCorpus(), config).spec().post_processor_json.find("TemplateProcessing"), std::string::npos);
  config.add_bos = true;
  const Tokenizer t = TrainBpe(TestCorpus(), config);
  EXPECT_NE(t.spec().post_processor_json.find(R"("ids":[1],"tokens":["<|begin|>"])"), std::string::npos)
      << t.spec().post_processor_json;
  const TokenizerSpec read = ParseTokenizerJson(TokenizerFiles(t)[0].second, "tokenizer.json");
  EXPECT_EQ(read.bos_token, "<|begin|>");
  EXPECT_TRUE(read.add_bos);
  EXPECT_EQ(Tokenizer(read).Encode("a", {.parse_special = false, .add_bos = true}).front(), 1);
}

TEST(BpeTrainerTest, ImpossibleSettingsAreErrors) {
  EXPECT_THROW(TrainBpe(TestCorpus(), {.vocab_size = 100}), Error);
  EXPECT_THROW(TrainBpe(TestCorpus(), {.special_tokens = {"<a>", "<a>"}}), Error);
  EXPECT_THROW(TrainBpe(TestCorpus(), {.special_tokens = {"x"}}), Error);
  EXPECT_THROW(TrainBpe(TestCorpus(), {.special_tokens = {"\xff\xff"}}), Error);
}

}  // namespace
}  // namespace r1
