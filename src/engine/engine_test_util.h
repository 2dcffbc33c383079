// For tests only: a tiny model with random weights, and a tokenizer whose ids are bytes.
#pragma once

#include <memory>
#include <string>
#include <vector>

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
  config.eos_token_id = kTestEos;
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

}  // namespace r1
