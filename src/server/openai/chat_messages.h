// The messages of a conversation as clients send them.
//   https://github.com/openai/openai-openapi, schema "ChatCompletionRequestMessage"
#pragma once

#include <string>

#include "server/openai/json_object.h"
#include "text/chat_template.h"

namespace r1 {

// One message: system, developer (the same), user, assistant or tool. Thinking is taken as reasoning_content or reasoning. Throws
// ApiError 400 naming the member.
ChatMessage ParseChatMessage(const JsonObject& message);

// Its content as text: a string, or parts of type text, joined. "" if absent.
std::string ContentText(const JsonObject& message);

}  // namespace r1
