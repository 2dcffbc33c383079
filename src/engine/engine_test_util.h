// For tests only: a tiny model with random weights, tokenizers whose ids are bytes, and completions compared bit by bit.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "model/registry.h"
#include "text/byte_alphabet.h"
#include "text/tokenizer.h"

namespace r1 {

inline constexpr int32_t kTestEos = 3;

inline ModelConfig TinyConfig(const char* architecture = "Qwen2ForCausalLM") {
  ModelConfig config;
  config.architecture = architecture;
  config.vocab_size = 256;
  config.hidden_size = 32;
  config.intermediate_size = 56;
  config.num_layers = 2;
  config.num_heads = 4;
  config.num_kv_heads = 2;
  config.head_dim = 16;
  config.max_position_embeddings = 160;
  config.tie_word_embeddings = true;
  config.eos_token_ids = {kTestEos};
  config.initializer_range = 0.2f;  // far from uniform, so that choices depend on the context
  return config;
}

inline std::unique_ptr<Model> TinyModel(const ModelConfig& config = TinyConfig()) {
  return NewModel(config, 5, Allocator::Create());
}

inline Tokenizer ByteTokenizer() {
  TokenizerSpec spec;
  for (int b = 0; b < 256; ++b) spec.tokens.push_back(ToByteAlphabet(std::string(1, static_cast<char>(b))));
  spec.pre_tokenizer_json = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})";
  spec.decoder_json = R"({"type":"ByteLevel"})";
  return Tokenizer(std::move(spec));
}

// The same with the think tags as tokens, in the place of two control characters.
inline constexpr int32_t kTestOpen = 1, kTestClose = 2;
inline Tokenizer TagTokenizer() {
  TokenizerSpec spec = ByteTokenizer().spec();
  spec.tokens[kTestOpen] = spec.tokens[kTestClose] = "";
  spec.added_tokens = {{.id = kTestOpen, .content = "<think>"}, {.id = kTestClose, .content = "</think>"}};
  return Tokenizer(std::move(spec));
}

inline std::vector<int32_t> RandomPrompt(int64_t length, uint64_t key) {
  Rng rng(key);
  std::vector<int32_t> prompt;
  for (int64_t i = 0; i < length; ++i) prompt.push_back(static_cast<int32_t>(rng.Between(4, 255)));
  return prompt;
}

// Writes `text` whatever the model thinks.
class Dictate : public LogitsProcessor {
 public:
  explicit Dictate(std::string text) : text_(std::move(text)) {}
  void Process(std::span<float> logits) override { logits[static_cast<uint8_t>(text_[next_ % text_.size()])] = 1000; }
  void Accept(int32_t) override { ++next_; }

 private:
  std::string text_;
  size_t next_ = 0;
};

inline Request DictatedRequest(const std::string& text) {
  Request request;
  request.prompt = {65, 66};
  request.params.temperature = 0;
  request.make_logits_processors = [text] {
    return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<Dictate>(text)};
  };
  return request;
}

inline bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

inline void ExpectSame(const std::vector<Completion>& got, const std::vector<Completion>& expected, const std::string& how) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].token_ids, expected[i].token_ids) << how << ", completion " << i;
    ASSERT_TRUE(SameBits(got[i].logprobs, expected[i].logprobs)) << how << ", completion " << i;
    ASSERT_TRUE(SameBits(got[i].entropies, expected[i].entropies)) << how << ", completion " << i;
    ASSERT_EQ(got[i].finish_reason, expected[i].finish_reason) << how << ", completion " << i;
    ASSERT_EQ(got[i].text, expected[i].text) << how << ", completion " << i;
    ASSERT_EQ(got[i].stop_text, expected[i].stop_text) << how << ", completion " << i;
    ASSERT_EQ(got[i].thinking_end, expected[i].thinking_end) << how << ", completion " << i;
    ASSERT_EQ(got[i].num_thinking_tokens, expected[i].num_thinking_tokens) << how << ", completion " << i;
    ASSERT_EQ(got[i].forced_begin, expected[i].forced_begin) << how << ", completion " << i;
    ASSERT_EQ(got[i].num_forced, expected[i].num_forced) << how << ", completion " << i;
  }
}

inline EngineConfig Plain() {
  EngineConfig config;
  config.max_num_seqs = 64;
  config.max_num_batched_tokens = 4096;
  config.enable_prefix_cache = false;
  config.num_blocks = 512;
  return config;
}

// One request, one key at a time, on a fresh engine: nothing shared with anything.
inline std::vector<Completion> Alone(const Model& model, const std::vector<Request>& requests,
                                     const Tokenizer* tokenizer = nullptr) {
  Runtime runtime(1);
  std::vector<Completion> completions;
  for (const Request& request : requests) {
    std::vector<uint64_t> keys = request.rng_keys;
    if (keys.empty()) keys.push_back(request.params.RngKeyOrDefault());
    for (uint64_t key : keys) {
      Request one = request;
      one.rng_keys = {key};
      Engine engine(runtime, model, Plain(), tokenizer);
      completions.push_back(std::move(engine.Generate({&one, 1}).front()));
    }
  }
  return completions;
}

}  // namespace r1
