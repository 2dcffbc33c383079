// The model that a server answers with.
#pragma once

#include <functional>
#include <future>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "grammar/tool_calls.h"
#include "text/chat_template.h"
#include "text/reasoning_parser.h"
#include "text/tokenizer.h"

namespace r1 {

// References must outlive the server. The functions are called from several threads at once.
struct ServedModel {
  std::string name;           // to clients
  std::string fingerprint;    // equal for equal programs and weights
  std::string build;          // the program and its version: "r1 0.1.0"
  std::string arithmetic;     // what else the bits of its logprobs depend on: "weights file, kv f32"
  std::string path;           // of the model's folder or file
  std::string chat_template;  // its source; "" if there is none
  const Model& model;
  const Tokenizer& tokenizer;
  Engine& engine;
  SamplingParams default_sampling;  // what the model's makers recommend
  ToolCallFormat tool_format;       // how it writes calls of functions
  // A conversation as the model's prompt.
  std::function<std::vector<int32_t>(const std::vector<ChatMessage>& messages, const ChatOptions& options)> encode_chat;
  // How the completion of a prompt, as Engine::PreparePrompt leaves it, is split into thinking and answer.
  std::function<ReasoningParser(std::span<const int32_t> prompt)> make_parser;
  // SHA-256 over the files of the weights; begins to read them when it is first called.
  std::function<std::shared_future<std::string>()> weights_sha256;
};

}  // namespace r1
