#include "server/openai/response_items.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "server/api_error.h"
#include "server/openai/json_object.h"

namespace r1 {
namespace {

using nlohmann::json;

ApiError Missing(const std::string& path) { return InvalidRequest(path + " is missing", path, "missing_required_parameter"); }

// A string, or a list of parts of these types, joined.
std::string TextOf(const JsonObject& item, const char* name, std::initializer_list<const char*> types) {
  const json* value = item.Any(name);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  const json& parts = *item.Array(name);
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    const JsonObject part(parts[i], StrCat(item.Path(name), "[", i, "]"));
    const std::string type = part.String("type").value_or(*types.begin());
    if (std::none_of(types.begin(), types.end(), [&](const char* known) { return type == known; }))
      throw InvalidRequest(StrCat(part.Path("type"), " must be ", *types.begin(), ": this server reads no ", type),
                           part.Path("type"), "unsupported_content");
    const auto piece = part.String("text");
    if (!piece) throw Missing(part.Path("text"));
    text += *piece;
  }
  return text;
}

class Conversation {
 public:
  void Add(const JsonObject& item) {
    const std::string type = item.String("type").value_or("message");
    if (type == "message")
      AddMessage(item);
    else if (type == "reasoning")
      AddReasoning(item);
    else if (type == "function_call")
      AddCall(item);
    else if (type == "function_call_output")
      AddResult(item);
    else
      throw InvalidRequest(
          StrCat(item.Path("type"), " must be message, reasoning, function_call or function_call_output, got ", type),
          item.Path("type"), "unsupported_content");
  }

  std::vector<ChatMessage> Take() {
    EndCalls();
    return std::move(messages_);
  }

 private:
  void AddMessage(const JsonObject& item) {
    EndCalls();
    const auto role = item.String("role");
    if (!role) throw Missing(item.Path("role"));
    constexpr std::array kRoles = {"user", "assistant", "system", "developer"};
    if (std::find(kRoles.begin(), kRoles.end(), *role) == kRoles.end())
      throw InvalidRequest(StrCat(item.Path("role"), " must be one of user, assistant, system, developer, got ", *role),
                           item.Path("role"));
    if (item.Any("content") == nullptr) throw Missing(item.Path("content"));
    messages_.push_back({.role = *role == "developer" ? "system" : *role,
                         .content = TextOf(item, "content", {"input_text", "output_text", "text"}),
                         .reasoning_content = *role == "assistant" ? std::exchange(thinking_, "") : "",
                         .more_json = ""});
  }

  void AddReasoning(const JsonObject& item) {
    std::string text = TextOf(item, "content", {"reasoning_text", "text"});
    if (text.empty()) text = TextOf(item, "summary", {"summary_text"});
    thinking_ += text;
  }

  void AddCall(const JsonObject& item) {
    const auto id = item.String("call_id"), name = item.String("name"), arguments = item.String("arguments");
    if (!id) throw Missing(item.Path("call_id"));
    if (!name) throw Missing(item.Path("name"));
    calls_.push_back({{"id", *id}, {"type", "function"}, {"function", {{"name", *name}, {"arguments", arguments.value_or("{}")}}}});
  }

  void AddResult(const JsonObject& item) {
    EndCalls();
    const auto id = item.String("call_id");
    if (!id) throw Missing(item.Path("call_id"));
    if (item.Any("output") == nullptr) throw Missing(item.Path("output"));
    messages_.push_back({.role = "tool",
                         .content = TextOf(item, "output", {"input_text", "output_text", "text"}),
                         .reasoning_content = "",
                         .more_json = json{{"tool_call_id", *id}}.dump()});
  }

  // Calls that follow each other are one message, together with what the assistant said before them.
  void EndCalls() {
    if (calls_.empty()) return;
    const json more = {{"tool_calls", std::exchange(calls_, json::array())}};
    const bool continues = !messages_.empty() && messages_.back().role == "assistant" && messages_.back().more_json.empty();
    if (!continues)
      messages_.push_back({.role = "assistant", .content = "", .reasoning_content = std::exchange(thinking_, ""), .more_json = ""});
    messages_.back().more_json = more.dump();
  }

  std::vector<ChatMessage> messages_;
  std::string thinking_;
  json calls_ = json::array();
};

}  // namespace

std::vector<ChatMessage> ParseInputItems(const json& input) {
  if (input.is_string()) return {{.role = "user", .content = input.get<std::string>(), .reasoning_content = "", .more_json = ""}};
  if (!input.is_array()) throw InvalidRequest("input must be a string or a list of items", "input", "invalid_type");
  if (input.empty()) throw InvalidRequest("input must have at least one item", "input");
  Conversation conversation;
  for (size_t i = 0; i < input.size(); ++i) conversation.Add(JsonObject(input[i], StrCat("input[", i, "]")));
  std::vector<ChatMessage> messages = conversation.Take();
  if (messages.empty()) throw InvalidRequest("input must have at least one message", "input");
  return messages;
}

}  // namespace r1
