// What a request says about functions that the model may call: tools, tool_choice, parallel_tool_calls.
//   https://github.com/openai/openai-openapi, schemas "ChatCompletionTool" and "ChatCompletionToolChoiceOption"
#pragma once

#include <string>
#include <string_view>

#include "server/openai/json_object.h"
#include "server/structured_output.h"

namespace r1 {

struct ToolRequest {
  std::string tools_json;  // for the chat template: a list of {"type": "function", "function": {...}}; "" for none
  OutputForm::Calls calls = OutputForm::Calls::kNone;
  std::vector<ToolFunction> functions;  // those that may be called
  bool parallel = true;
};

// kNested: {"type": "function", "function": {"name", ...}}, as chat has it; kFlat: {"type": "function", "name", ...}, as responses.
enum class ToolShape { kNested, kFlat };

// `text`: of the whole request, for the order of schemas' properties. With tool_choice none the model does not hear of the tools.
// Throws ApiError 400 naming the member.
ToolRequest ParseTools(const JsonObject& body, std::string_view text, ToolShape shape);

}  // namespace r1
