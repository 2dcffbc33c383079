#include "server/openai/chat_messages.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;

// A call in an assistant's message: {"id", "type", "function": {"name", "arguments"}}.
void CheckCalls(const json& calls, const std::string& path) {
  for (size_t i = 0; i < calls.size(); ++i) {
    const JsonObject call(calls[i], StrCat(path, "[", i, "]"));
    const auto function = call.Object("function");
    if (!function || !function->String("name"))
      throw InvalidRequest(call.Path("function.name") + " is missing", call.Path("function.name"), "missing_required_parameter");
    const json* arguments = function->Any("arguments");
    if (arguments != nullptr && !arguments->is_string() && !arguments->is_object())
      throw InvalidRequest(function->Path("arguments") + " must be JSON text", function->Path("arguments"), "invalid_type");
  }
}

}  // namespace

std::string ContentText(const JsonObject& message) {
  const json* content = message.Any("content");
  if (content == nullptr) return "";
  if (content->is_string()) return content->get<std::string>();
  const std::string path = message.Path("content");
  if (!content->is_array()) throw InvalidRequest(path + " must be a string or a list of text parts", path, "invalid_type");
  std::string text;
  for (size_t i = 0; i < content->size(); ++i) {
    const JsonObject part((*content)[i], StrCat(path, "[", i, "]"));
    const std::string type = part.String("type").value_or("text");
    if (type != "text")
      throw InvalidRequest(StrCat(part.Path("type"), " must be text: this server reads no ", type), part.Path("type"),
                           "unsupported_content");
    const auto piece = part.String("text");
    if (!piece) throw InvalidRequest(part.Path("text") + " is missing", part.Path("text"), "missing_required_parameter");
    text += *piece;
  }
  return text;
}

ChatMessage ParseChatMessage(const JsonObject& object) {
  ChatMessage message;
  const auto role = object.String("role");
  if (!role) throw InvalidRequest(object.Path("role") + " is missing", object.Path("role"), "missing_required_parameter");
  message.role = *role == "developer" ? "system" : *role == "function" ? "tool" : *role;
  constexpr std::array kRoles = {"system", "user", "assistant", "tool"};
  if (std::find(kRoles.begin(), kRoles.end(), message.role) == kRoles.end())
    throw InvalidRequest(StrCat(object.Path("role"), " must be one of system, developer, user, assistant, tool, got ", *role),
                         object.Path("role"));
  const json* calls = object.Array("tool_calls");
  message.content = ContentText(object);
  if (object.Any("content") == nullptr && !(message.role == "assistant" && (calls != nullptr || object.Any("reasoning_content"))))
    throw InvalidRequest(object.Path("content") + " is missing", object.Path("content"), "missing_required_parameter");
  auto reasoning = object.String("reasoning_content");
  if (!reasoning) reasoning = object.String("reasoning");
  message.reasoning_content = reasoning.value_or("");
  json more = json::object();
  if (calls != nullptr && !calls->empty()) {
    CheckCalls(*calls, object.Path("tool_calls"));
    more["tool_calls"] = *calls;
  }
  for (const char* name : {"tool_call_id", "name"})
    if (const auto value = object.String(name)) more[name] = *value;
  if (!more.empty()) message.more_json = more.dump();
  return message;
}

}  // namespace r1
