// POST /v1/chat/completions: what a client may ask, in OpenAI's names and those of the servers whose clients we serve.
//   https://github.com/openai/openai-openapi, schema "CreateChatCompletionRequest"
// Null means the default for every member; members that nobody knows are ignored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/best_of/best_of_request.h"
#include "server/consensus/consensus_request.h"
#include "server/openai/completion_request.h"
#include "server/openai/fork_request.h"
#include "server/openai/tool_request.h"
#include "server/structured_output.h"
#include "text/chat_template.h"

namespace r1 {

// Where the thinking goes. kSeparate: reasoning_content. kNone: content holds everything, tags included. kBoth: both.
enum class ReasoningOutput { kSeparate, kNone, kBoth };

struct ChatCompletionRequest : CompletionRequest {
  std::vector<ChatMessage> messages;
  ChatOptions chat;
  ReasoningOutput reasoning_output = ReasoningOutput::kSeparate;
  bool include_reasoning = true;
  std::string reasoning_field;  // its name in answers; "": the server's
  OutputForm form;              // of the answer; thinking is free
  bool return_token_ids = false;
  std::optional<std::vector<std::string>> warnings;         // if "debug" asked for them: what was ignored
  bool return_progress = false, timings_per_token = false;  // openai/progress.h
  std::optional<ForkRequest> fork;
  std::optional<ConsensusRequest> consensus;    // then n is its k
  std::optional<BestOfRequest> best_of;         // then n is its n
  const char* messages_member = "messages";     // what errors name
  const char* form_member = "response_format";  // likewise
  // The last message is an assistant's that goes on inside its thinking: the prompt ends with this text inside an open block.
  std::optional<std::string> open_reasoning;

  int64_t first_draw() const { return fork ? static_cast<int64_t>(fork->token_ids.size()) : 0; }  // Request::first_draw
};

// Parts that other endpoints have in common with chat: how to think, and functions.
void ParseThinkingMembers(const JsonObject& body, ChatCompletionRequest& request);
void SetTools(ToolRequest tools, ChatCompletionRequest* request);

// body: the request's text. `defaults`: what the model's makers recommend. Throws ApiError 400 naming the member.
ChatCompletionRequest ParseChatCompletionRequest(std::string_view body, const SamplingParams& defaults);

}  // namespace r1
