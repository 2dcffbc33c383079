// A model folder ready to answer: what run, generate and eval have in common.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/prompt_template.h"
#include "engine/engine.h"
#include "model/inference_load.h"
#include "model/model.h"
#include "recipe/model_folder.h"
#include "text/chat_template.h"
#include "text/reasoning_parser.h"
#include "text/tokenizer.h"

namespace CLI {
class App;
}

namespace r1 {

// --weight-format and --kv-dtype: the arithmetic.
void AddFormatFlags(CLI::App& app, EngineConfig& config);
// These and --kv-bytes.
void AddModelFlags(CLI::App& app, EngineConfig& config);
// These, and those of speculation: for every command that generates.
void AddEngineFlags(CLI::App& app, EngineConfig& config);
// What loading the model, a folder or a .gguf file, takes from these settings.
InferenceOptions InferenceOptionsOf(const EngineConfig& config, const std::string& path);

struct ModelSession {
  // `dir`: a model folder, or a run's folder (its last stage). Throws kNotFound naming what is missing.
  // prompt_template names one of data/prompt_template.h. "" takes what the model was trained with: the one its r1.toml names, else
  // its own chat template, else r1_zero. config.draft_model is such a folder too, with the same tokenizer.
  ModelSession(const std::string& dir, const std::string& prompt_template, EngineConfig config, int threads);

  std::vector<int32_t> EncodePrompt(const std::string& question) const;
  // A conversation, by the chat template; without one, the last message put as a question. bos and eos in `options` are filled in.
  std::vector<int32_t> EncodeChat(const std::vector<ChatMessage>& messages, ChatOptions options = {}) const;
  // How the completions of a prompt, as Engine::PreparePrompt leaves it, are split into thinking and answer.
  ReasoningParser MakeParser(std::span<const int32_t> prompt) const;

  std::string dir;
  ModelCard card;  // the defaults where the model has none
  Runtime runtime;
  std::unique_ptr<Model> model, draft_model;  // draft_model: perhaps null
  Tokenizer tokenizer;
  const PromptTemplate* prompt_template;  // used where there is no chat_template
  std::optional<ChatTemplate> chat_template;
  std::unique_ptr<Engine> engine;

 private:
  void LoadDraftModel(EngineConfig& config);
};

}  // namespace r1
