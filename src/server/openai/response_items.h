// The conversation of /v1/responses, a list of items, as the messages that chat templates take.
//   https://github.com/openai/openai-openapi, schema "InputItem"
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "text/chat_template.h"

namespace r1 {

// `input`: a string, which the user says, or a list of messages, reasoning, calls of functions and their results. Reasoning belongs
// to the assistant's message or calls behind it. Throws ApiError 400 naming the member.
std::vector<ChatMessage> ParseInputItems(const nlohmann::json& input);

}  // namespace r1
