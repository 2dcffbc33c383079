#include "server/receipt/receipt.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace r1 {
namespace {

ReceiptChoice ChoiceOf(const std::vector<std::pair<int32_t, float>>& tokens) {
  ReceiptChoiceMaker maker;
  for (const auto& [id, logprob] : tokens) maker.Add(id, logprob);
  return maker.Finish("stop");
}

std::string Sampling(float temperature) {
  const std::vector<int32_t> ends = {1};
  return SamplingJson({.temperature = temperature, .logit_bias = {{5, 1.5f}}, .seed = 9},
                      {.n = 2, .max_length = 512, .end_token_ids = ends, .form = "root ::= [a]"});
}

Receipt Example() {
  const std::vector<int32_t> prompt = {1, 2, 300};
  return {.program = "r1 1",
          .weights_sha256 = "ab",
          .arithmetic = "weights file, kv f32",
          .prompt_tokens = 3,
          .prompt_sha256 = Sha256OfTokens(prompt),
          .sampling = Sampling(0.6f),
          .choices = {ChoiceOf({{7, -0.25f}, {8, -1.5f}}), ChoiceOf({})}};
}

Receipt Parsed(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text);
  return ParseReceipt(JsonObject(json, "receipt"));
}

TEST(ReceiptTest, HashesTheBytesThatItsFormatSays) {
  EXPECT_EQ(Sha256OfTokens(std::vector<int32_t>{1, 258}), Sha256Hex(std::string_view("\1\0\0\0\2\1\0\0", 8)));
  // -0.25f is 0xbe800000.
  const ReceiptChoice choice = ChoiceOf({{258, -0.25f}});
  EXPECT_EQ(choice.sha256, Sha256Hex(std::string_view("\2\1\0\0\0\0\x80\xbe", 8)));
  EXPECT_EQ(choice.num_tokens, 1);
  EXPECT_EQ(choice.trace.size(), 4u);
}

TEST(ReceiptTest, ReadsBackWhatItWrote) {
  const Receipt receipt = Example(), again = Parsed(receipt.Json());
  EXPECT_EQ(again.Json(), receipt.Json());
  EXPECT_EQ(DifferentRequest(again, receipt), "");
  EXPECT_EQ(DifferentProgram(again, receipt), "");
  EXPECT_FALSE(FirstDifference(again.choices[0], receipt.choices[0]));
}

TEST(ReceiptTest, NamesWhatIsDifferentInOneLine) {
  const Receipt receipt = Example();
  Receipt other = receipt;
  other.sampling = Sampling(0.5f);
  EXPECT_EQ(DifferentRequest(receipt, other), "sampling.temperature is 0.6 in the receipt and 0.5 here");
  other = receipt;
  other.prompt_tokens = 4;
  other.prompt_sha256 = "x";
  EXPECT_EQ(DifferentRequest(receipt, other), "the prompt's number of tokens is 3 in the receipt and 4 here");
  other = receipt;
  other.weights_sha256 = "cd";
  EXPECT_EQ(DifferentProgram(receipt, other), "the SHA-256 of the weights is ab in the receipt and cd here");
  other = receipt;
  other.program = "r1 2";
  EXPECT_EQ(DifferentProgram(receipt, other), "the program is r1 1 in the receipt and r1 2 here");
  nlohmann::json missing = nlohmann::json::parse(receipt.sampling);
  missing.erase("seed");
  other = receipt;
  other.sampling = missing.dump();
  EXPECT_EQ(DifferentRequest(receipt, other), "sampling.seed is 9 in the receipt and absent here");
  EXPECT_EQ(DifferentRequest(other, receipt), "sampling.seed is absent in the receipt and 9 here");
}

TEST(ReceiptTest, FindsTheFirstTokenThatDiffersByASingleBit) {
  std::vector<std::pair<int32_t, float>> tokens;
  for (int i = 0; i < 100; ++i) tokens.emplace_back(i * 31 % 17, -0.01f * static_cast<float>(i));
  const ReceiptChoice all = ChoiceOf(tokens);
  for (const size_t at : {size_t{0}, size_t{41}, size_t{99}}) {
    auto changed = tokens;
    changed[at].second = std::nextafter(changed[at].second, 1.0f);
    EXPECT_EQ(FirstDifference(all, ChoiceOf(changed)), static_cast<int64_t>(at));
    changed = tokens;
    ++changed[at].first;
    EXPECT_EQ(FirstDifference(all, ChoiceOf(changed)), static_cast<int64_t>(at));
    EXPECT_NE(ChoiceOf(changed).sha256, all.sha256);
  }
  tokens.resize(60);
  EXPECT_EQ(FirstDifference(all, ChoiceOf(tokens)), 60);
  EXPECT_EQ(FirstDifference(ChoiceOf(tokens), all), 60);
}

TEST(ReceiptTest, RefusesWhatIsNone) {
  const std::string good = Example().Json();
  nlohmann::json json = nlohmann::json::parse(good);
  EXPECT_THROW(Parsed("{}"), ApiError);
  for (const char* name : {"program", "weights_sha256", "arithmetic", "prompt", "sampling", "choices"}) {
    nlohmann::json less = json;
    less.erase(name);
    try {
      Parsed(less.dump());
      ADD_FAILURE() << name;
    } catch (const ApiError& error) {
      EXPECT_EQ(error.param, std::string("receipt.") + name);
    }
  }
  json["version"] = 2;
  EXPECT_THROW(Parsed(json.dump()), ApiError);
  json["version"] = 1;
  json["choices"] = {1};
  EXPECT_THROW(Parsed(json.dump()), ApiError);
}

}  // namespace
}  // namespace r1
