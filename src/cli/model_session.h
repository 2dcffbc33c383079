// A model folder ready to answer: what run, generate and eval have in common.
#pragma once

#include <memory>
#include <string>

#include "data/prompt_template.h"
#include "engine/engine.h"
#include "model/model.h"
#include "text/reasoning_parser.h"
#include "text/tokenizer.h"

namespace CLI {
class App;
}

namespace r1 {

// --kv-dtype and --kv-bytes.
void AddCacheFlags(CLI::App& app, EngineConfig& config);

struct ModelSession {
  // `dir`: a model folder, or a run's folder (its last stage). Throws kNotFound naming what is missing.
  // prompt_template "" takes the one the model was trained with (r1.toml in the folder), else r1_zero.
  ModelSession(const std::string& dir, const std::string& prompt_template, EngineConfig config, int threads);

  std::vector<int32_t> EncodePrompt(const std::string& question) const;
  // How its completions are split into thinking and answer.
  ReasoningParser MakeParser() const;

  std::string dir;
  Runtime runtime;
  std::unique_ptr<Model> model;
  Tokenizer tokenizer;
  const PromptTemplate* prompt_template;
  std::unique_ptr<Engine> engine;
};

}  // namespace r1
