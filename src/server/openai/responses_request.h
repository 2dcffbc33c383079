// POST /v1/responses: what a client may ask. Stateless: every request brings its whole conversation.
//   https://github.com/openai/openai-openapi, schema "CreateResponse"
// Null means the default for every member; members that nobody knows are ignored, and so are those that only chat has.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/openai/chat_request.h"

namespace r1 {

struct ResponsesRequest {
  ChatCompletionRequest chat;
  // What the answer repeats of the request: names and their JSON, in order.
  std::vector<std::pair<std::string, std::string>> repeated;
};

// Throws ApiError 400 naming the member, also for what would need a memory of earlier responses.
ResponsesRequest ParseResponsesRequest(std::string_view body, const SamplingParams& defaults);

}  // namespace r1
