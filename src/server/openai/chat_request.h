// POST /v1/chat/completions: what a client may ask, in OpenAI's names and those of the servers whose clients we serve.
//   https://github.com/openai/openai-openapi, schema "CreateChatCompletionRequest"
// Null means the default for every member; members that nobody knows are ignored.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/sampling_params.h"
#include "server/openai/json_object.h"
#include "server/structured_output.h"
#include "text/chat_template.h"

namespace r1 {

// Members that chat and text completions share.
struct CompletionRequest {
  std::string model;  // "" if absent: the one that is served
  SamplingParams sampling;
  int64_t n = 1;
  bool stream = false, include_usage = false;
  bool logprobs = false;
};

// Where the thinking goes. kSeparate: reasoning_content. kNone: content holds everything, tags included.
enum class ReasoningOutput { kSeparate, kNone };

struct ChatCompletionRequest : CompletionRequest {
  std::vector<ChatMessage> messages;
  ChatOptions chat;
  ReasoningOutput reasoning_output = ReasoningOutput::kSeparate;
  bool include_reasoning = true;
  OutputForm form;  // of the answer; thinking is free
  // The last message is an assistant's that goes on inside its thinking: the prompt ends with this text inside an open block.
  std::optional<std::string> open_reasoning;
};

inline constexpr int64_t kMostChoices = 16;

// body: the request's text. `defaults`: what the model's makers recommend. Throws ApiError 400 naming the member.
ChatCompletionRequest ParseChatCompletionRequest(std::string_view body, const SamplingParams& defaults);
// The shared members, for text completions.
void ParseCompletionMembers(const JsonObject& body, CompletionRequest& request);

}  // namespace r1
