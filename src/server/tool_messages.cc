#include "server/tool_messages.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace r1 {
namespace {

using nlohmann::ordered_json;

// Names that no template contains by itself.
constexpr const char* kName = "probe_function_q7";
constexpr const char* kKey = "probe_key_q7";
constexpr const char* kText = "probe_text_q7";
constexpr const char* kResult = "probe_result_q7";

// What the template makes of it; "" if it refuses.
std::string Rendered(const ChatTemplate& chat_template, const std::vector<ChatMessage>& messages, const ChatOptions& options) {
  try {
    return chat_template.Render(messages, options).text;
  } catch (const Error&) {
    return "";
  }
}

bool Has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

ChatMessage Message(std::string role, std::string content, const ordered_json& more = nullptr) {
  return {.role = std::move(role),
          .content = std::move(content),
          .reasoning_content = "",
          .more_json = more.is_null() ? "" : more.dump()};
}

ChatMessage CallingMessage(const ordered_json& arguments, const ordered_json& content) {
  const ordered_json function = {{"name", kName}, {"arguments", arguments}};
  return Message("assistant", "",
                 {{"content", content}, {"tool_calls", {{{"id", "call00001"}, {"type", "function"}, {"function", function}}}}});
}

// The calls of a message, for templates that want arguments as an object: those that are JSON text of one become it.
void MakeArgumentsObjects(ordered_json& calls) {
  for (ordered_json& call : calls) {
    if (!call.contains("function") || !call["function"].is_object()) continue;
    ordered_json& arguments = call["function"]["arguments"];
    if (!arguments.is_string()) continue;
    ordered_json parsed = ordered_json::parse(arguments.get<std::string>(), nullptr, /*allow_exceptions=*/false);
    if (parsed.is_object()) arguments = std::move(parsed);
  }
}

std::string ArgumentsText(const ordered_json& function) {
  const auto arguments = function.find("arguments");
  if (arguments == function.end() || arguments->is_null()) return "{}";
  return arguments->is_string() ? arguments->get<std::string>() : arguments->dump();
}

void MakeArgumentsText(ordered_json& calls) {
  for (ordered_json& call : calls)
    if (call.contains("function") && call["function"].is_object()) call["function"]["arguments"] = ArgumentsText(call["function"]);
}

}  // namespace

ToolMessages::ToolMessages(const ChatTemplate* chat_template, ToolCallFormat format, const std::string& bos, const std::string& eos)
    : format_(format), active_(chat_template != nullptr) {
  if (!active_) return;
  ChatOptions options;
  options.bos_token = bos;
  options.eos_token = eos;
  const ChatMessage question = Message("user", "question");
  ChatOptions with_tools = options;
  with_tools.tools_json =
      ordered_json{{{"type", "function"},
                    {"function",
                     {{"name", kName},
                      {"description", "d"},
                      {"parameters", {{"type", "object"}, {"properties", {{kKey, {{"type", "string"}}}}}, {"required", {kKey}}}}}}}}
          .dump();
  renders_tools_ = Has(Rendered(*chat_template, {question}, with_tools), kName);

  FindCallForm(*chat_template, options);
}

void ToolMessages::FindCallForm(const ChatTemplate& chat_template, const ChatOptions& options) {
  const ChatMessage question = Message("user", "question");
  const ChatMessage result = Message("tool", kResult, {{"tool_call_id", "call00001"}, {"name", kName}});
  const ordered_json object = {{kKey, "value"}}, text = object.dump(), null, empty = "";
  // Some templates tell calls from answers by content being null, and some fail on it, but only before a result.
  for (const bool with_result : {true, false})
    for (const ordered_json* content : {&null, &empty})
      for (const ordered_json* arguments : {&object, &text}) {
        std::vector<ChatMessage> conversation = {question, CallingMessage(*arguments, *content)};
        if (with_result) conversation.push_back(result);
        const std::string shown = Rendered(chat_template, conversation, options);
        // As JSON or in tags; not as Python prints a dict, nor as a string in JSON.
        const bool has_call =
            Has(shown, kName) && Has(shown, kKey) && !Has(shown, StrCat("'", kKey)) && !Has(shown, StrCat("\\\"", kKey));
        if (!has_call || (with_result && !Has(shown, kResult))) continue;
        (arguments == &object ? object_arguments_ : text_arguments_) = true;
        null_content_ = content == &null;
        renders_results_ = with_result;
        const std::string both = Rendered(chat_template, {question, CallingMessage(*arguments, kText)}, options);
        calls_beside_text_ = Has(both, kText) && Has(both, kKey);
        return;
      }
}

std::string ToolMessages::Instructions(const std::string& tools_json) const {
  std::string text = "# Tools\n\nYou can call functions to help with the user's request. These are their signatures, one a line:\n";
  for (const ordered_json& tool : ordered_json::parse(tools_json)) text += tool.dump() + "\n";
  return text + "\nTo call one, write its name and its arguments, a JSON object, in exactly this form:\n" +
         WriteToolCall(format_, "NAME", "{\"ARGUMENT\": VALUE}");
}

void ToolMessages::Prepare(std::vector<ChatMessage>& messages, ChatOptions& options) const {
  if (!active_) return;
  std::vector<ChatMessage> prepared;
  bool last_was_result = false;
  for (ChatMessage& message : messages) {
    const bool is_result = message.role == "tool";
    if (is_result && !renders_results_) {
      const std::string text = "<tool_response>\n" + message.content + "\n</tool_response>";
      if (last_was_result)
        prepared.back().content += "\n" + text;
      else
        prepared.push_back(Message("user", text));
    } else {
      ordered_json more = message.more_json.empty() ? ordered_json::object() : ordered_json::parse(message.more_json);
      if (more.contains("tool_calls")) {
        if (object_arguments_) {
          MakeArgumentsObjects(more["tool_calls"]);
        } else if (text_arguments_) {
          MakeArgumentsText(more["tool_calls"]);
        } else {
          for (const ordered_json& call : more["tool_calls"])
            message.content +=
                (message.content.empty() ? "" : "\n") +
                WriteToolCall(format_, call.at("function").at("name").get<std::string>(), ArgumentsText(call.at("function")));
          more.erase("tool_calls");
          more.erase("content");
        }
        if (more.contains("tool_calls")) {
          if (!calls_beside_text_ && !message.content.empty())
            prepared.push_back(
                {.role = message.role, .content = std::exchange(message.content, ""), .reasoning_content = "", .more_json = ""});
          if (message.content.empty() && null_content_) more["content"] = nullptr;
        }
        message.more_json = more.empty() ? "" : more.dump();
      }
      prepared.push_back(std::move(message));
    }
    last_was_result = is_result;
  }
  messages = std::move(prepared);
  if (renders_tools_ || options.tools_json.empty()) return;
  const std::string instructions = Instructions(std::exchange(options.tools_json, ""));
  if (!messages.empty() && messages.front().role == "system")
    messages.front().content += "\n\n" + instructions;
  else
    messages.insert(messages.begin(), Message("system", instructions));
}

}  // namespace r1
