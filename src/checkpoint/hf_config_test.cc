#include "checkpoint/hf_config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/rng.h"
#include "base/scratch_folder.h"

namespace r1 {
namespace {

// The smallest file that is complete; the numbers are not those of any release.
nlohmann::json Small() {
  return {{"architectures", {"LlamaForCausalLM"}},
          {"model_type", "llama"},
          {"vocab_size", 320},
          {"hidden_size", 64},
          {"intermediate_size", 96},
          {"num_hidden_layers", 2},
          {"num_attention_heads", 4},
          {"num_key_value_heads", 2}};
}

TEST(HfConfigTest, FillsWhatTheFileLeavesOut) {
  const HfConfig c = ParseHfConfig(Small().dump());
  EXPECT_EQ(c.head_dim, 16);
  EXPECT_EQ(c.rope_theta, 10000.0);
  EXPECT_FALSE(c.tie_word_embeddings);
  EXPECT_FALSE(c.rope_scaling.has_value());
  EXPECT_FALSE(c.bos_token_id.has_value());
  EXPECT_EQ(c.dtype, "float32");
  nlohmann::json no_kv = Small();
  no_kv.erase("num_key_value_heads");
  EXPECT_EQ(ParseHfConfig(no_kv.dump()).num_key_value_heads, 4);
}

TEST(HfConfigTest, ReadsBothSpellingsOfRope) {
  nlohmann::json old_file = Small(), new_file = Small();
  const nlohmann::json scaling = {{"rope_type", "llama3"},
                                  {"factor", 8.0},
                                  {"low_freq_factor", 1.0},
                                  {"high_freq_factor", 4.0},
                                  {"original_max_position_embeddings", 8192}};
  old_file["rope_theta"] = 500000.0;
  old_file["rope_scaling"] = scaling;
  new_file["rope_parameters"] = scaling;
  new_file["rope_parameters"]["rope_theta"] = 500000.0;
  for (const auto& file : {old_file, new_file}) {
    const HfConfig c = ParseHfConfig(file.dump());
    EXPECT_EQ(c.rope_theta, 500000.0);
    ASSERT_TRUE(c.rope_scaling.has_value());
    EXPECT_EQ(c.rope_scaling->type, "llama3");
    EXPECT_EQ(c.rope_scaling->factor, 8.0);
    EXPECT_EQ(c.rope_scaling->high_freq_factor, 4.0);
    EXPECT_EQ(c.rope_scaling->original_max_position_embeddings, 8192);
  }
  new_file["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 1e6}};
  EXPECT_FALSE(ParseHfConfig(new_file.dump()).rope_scaling.has_value());
  EXPECT_EQ(ParseHfConfig(new_file.dump()).rope_theta, 1e6);
  old_file["rope_scaling"] = {{"type", "yarn"}, {"factor", 40}, {"beta_fast", 32}, {"mscale", 1.0}};  // the older key
  EXPECT_EQ(ParseHfConfig(old_file.dump()).rope_scaling->type, "yarn");
  EXPECT_EQ(ParseHfConfig(old_file.dump()).rope_scaling->beta_fast, 32.0);
}

TEST(HfConfigTest, EndTokensAreANumberOrAList) {
  nlohmann::json file = Small();
  file["eos_token_id"] = 7;
  EXPECT_EQ(ParseHfConfig(file.dump()).eos_token_ids, std::vector<int64_t>{7});
  file["eos_token_id"] = {7, 8};
  EXPECT_EQ(ParseHfConfig(file.dump()).eos_token_ids, (std::vector<int64_t>{7, 8}));
  file["eos_token_id"] = nullptr;
  file["pad_token_id"] = -1;
  EXPECT_TRUE(ParseHfConfig(file.dump()).eos_token_ids.empty());
  EXPECT_FALSE(ParseHfConfig(file.dump()).pad_token_id.has_value());
}

TEST(HfConfigTest, WhatIsWrittenIsReadBack) {
  for (const std::string type : {"llama", "qwen2"}) {
    HfConfig c = ParseHfConfig(Small().dump());
    c.model_type = type;
    c.head_dim = 32;
    c.tie_word_embeddings = true;
    c.rope_theta = 1e6;
    c.rope_scaling = RopeScaling{.type = "yarn", .factor = 4.0, .original_max_position_embeddings = 4096, .beta_slow = 1.0};
    c.bos_token_id = 1;
    c.eos_token_ids = {2, 3};
    c.dtype = "bfloat16";
    c.compute_dtype = "bf16";
    const HfConfig d = ParseHfConfig(HfConfigJson(c));
    EXPECT_EQ(HfConfigJson(d), HfConfigJson(c));
    EXPECT_EQ(d.head_dim, 32);
    EXPECT_EQ(d.eos_token_ids, c.eos_token_ids);
    EXPECT_EQ(d.rope_scaling->beta_slow, 1.0);
    EXPECT_EQ(d.dtype, "bfloat16");
    EXPECT_EQ(d.compute_dtype, "bf16");
  }
}

TEST(HfConfigTest, MessagesNameKeyRangeAndValue) {
  const auto message = [](const char* key, const nlohmann::json& value) {
    nlohmann::json file = Small();
    file[key] = value;
    return MessageOf([&] { ParseHfConfig(file.dump()); });
  };
  EXPECT_EQ(message("hidden_size", -5), "config.json: hidden_size must be in 1..1048576, got -5");
  EXPECT_EQ(message("hidden_size", 18446744073709551615u),
            "config.json: hidden_size must be in 1..1048576, got 18446744073709551615");
  EXPECT_EQ(message("hidden_size", 64.5), "config.json: hidden_size must be an integer, got 64.5");
  EXPECT_EQ(message("hidden_size", "64"), "config.json: hidden_size must be an integer, got \"64\"");
  EXPECT_EQ(message("hidden_size", nullptr), "config.json: hidden_size is missing");
  EXPECT_EQ(message("num_key_value_heads", 3), "config.json: num_key_value_heads must divide num_attention_heads (4), got 3");
  EXPECT_EQ(message("rms_norm_eps", "x"), "config.json: rms_norm_eps must be a number, got \"x\"");
  EXPECT_EQ(message("tie_word_embeddings", 1), "config.json: tie_word_embeddings must be true or false, got 1");
  EXPECT_EQ(message("rope_scaling", 3), "config.json: rope_scaling: expected an object, got number");
  EXPECT_NE(message("rope_scaling", {{"rope_type", "llama3"}}).find("needs low_freq_factor"), std::string::npos);
  EXPECT_EQ(message("r1_compute_dtype", "fp8"), "config.json: r1_compute_dtype must be f32 or bf16, got \"fp8\"");
  EXPECT_NE(message("architectures", 3).find("config.json: "), std::string::npos);
  EXPECT_EQ(MessageOf([] { ParseHfConfig("[]"); }), "config.json: expected an object, got array");
  HfConfig bad = ParseHfConfig(Small().dump());
  bad.vocab_size = 0;
  EXPECT_EQ(MessageOf([&] { HfConfigJson(bad); }), "config.json: vocab_size must be in 1..16777216, got 0");
}

TEST(HfConfigTest, FolderRoundTripTakesEndTokensFromGenerationConfig) {
  const ScratchFolder folder;
  const std::string& dir = folder.path();
  HfConfig c = ParseHfConfig(Small().dump());
  c.eos_token_ids = {5};
  SaveHfConfig(c, dir);
  EXPECT_EQ(LoadHfConfig(dir).eos_token_ids, std::vector<int64_t>{5});
  nlohmann::json file = nlohmann::json::parse(ReadFile(dir + "/config.json"));
  file.erase("eos_token_id");
  AtomicWriteFile(dir + "/config.json", file.dump());
  EXPECT_EQ(LoadHfConfig(dir).eos_token_ids, std::vector<int64_t>{5});
  std::filesystem::remove_all(dir);
  EXPECT_NE(MessageOf([&] { LoadHfConfig(dir); }).find("No such file"), std::string::npos);
}

TEST(HfConfigTest, RandomDamageIsAnErrorOrAConfigThatCanBeWritten) {
  nlohmann::json file = Small();
  file["rope_scaling"] = {{"rope_type", "yarn"}, {"factor", 4}};
  file["eos_token_id"] = {1, 2};
  file["rms_norm_eps"] = 1e-5;
  const std::string good = file.dump();
  static constexpr std::string_view kPieces[] = {"-",       "e999",     "1e308", "99999999999999999999",
                                                 "null",    "[",        "]",     "{",
                                                 "}",       "\"",       ",",     "0",
                                                 "\xff",    "[[[[[[[[", "true",  "1e-400",
                                                 "\\u0000", ":",        "NaN"};
  int accepted = 0, refused = 0;
  Rng rng(RngKey({2026, 2}));
  for (int i = 0; i < 20000; ++i) {
    std::string text = good;
    for (uint64_t edits = 1 + rng.Below(3); edits > 0; --edits) {
      const size_t at = rng.Below(text.size());
      switch (rng.Below(4)) {
        case 0: text[at] = static_cast<char>(rng.Below(256)); break;
        case 1: text.insert(at, kPieces[rng.Below(std::size(kPieces))]); break;
        case 2: text.erase(at, 1 + rng.Below(10)); break;
        case 3: text[at] = static_cast<char>('0' + rng.Below(10)); break;
      }
      if (text.empty()) break;
    }
    try {
      const HfConfig c = ParseHfConfig(text);
      ParseHfConfig(HfConfigJson(c));
      ++accepted;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(accepted, 500);
  EXPECT_GT(refused, 5000);
}

}  // namespace
}  // namespace r1
