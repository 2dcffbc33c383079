#include "text/chat_template.h"

#include <algorithm>
#include <ctime>

#include "text/jinja/json.h"
#include "text/jinja/template.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"

namespace r1 {
namespace {

using jinja::Value;

// Put behind the last message's text to find where it ends in the rendered prompt.
constexpr std::string_view kContinueMark = "CONTINUE_FINAL_MESSAGE_TAG ";

bool IsPlainName(std::string_view role) {
  return std::all_of(role.begin(), role.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

Value Foreign(jinja::Runtime& runtime, const std::string& text) { return runtime.String(jinja::MarkedText::Foreign(text)); }

Value JsonOf(jinja::Runtime& runtime, const std::string& json, const char* what, bool array) {
  Value value = jinja::ParseJsonValue(runtime, json, what);
  Require(array ? value.is_list() : value.is_dict(), what, " must be a JSON ", array ? "array" : "object", ", got ",
          value.type_name());
  return value;
}

Value MessageValue(jinja::Runtime& runtime, const ChatMessage& message, bool is_continued) {
  jinja::Dict dict;
  auto set = [&](const char* key, Value value) { dict.Set(runtime.budget, runtime.String(key), std::move(value)); };
  // Some templates spell control tokens with the role: '<|' + message.role + '|>'. A plain word can stand in one, no more.
  set("role", IsPlainName(message.role) ? runtime.String(message.role) : Foreign(runtime, message.role));
  jinja::MarkedText content = jinja::MarkedText::Foreign(message.content);
  if (is_continued) content.AppendForeign(kContinueMark);
  set("content", runtime.String(std::move(content)));
  if (!message.reasoning_content.empty()) set("reasoning_content", Foreign(runtime, message.reasoning_content));
  if (!message.more_json.empty()) {
    const Value more = JsonOf(runtime, message.more_json, "a message's further members", false);
    for (const auto& [key, value] : more.dict().items()) dict.Set(runtime.budget, key, value);
  }
  return runtime.MakeDict(std::move(dict));
}

std::string FormatLocalTime(std::chrono::system_clock::time_point now, const std::string& format) {
  if (format.empty()) return "";
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::string text(64 + 64 * format.size(), '\0');
  text.resize(std::strftime(text.data(), text.size(), format.c_str(), &local));
  return text;
}

// Ends the prompt where the last message's text ends.
void CutAtMark(jinja::MarkedText* text, const std::string& content) {
  const std::string_view bare = kContinueMark.substr(0, kContinueMark.size() - 1);
  const size_t at = jinja::FindLastText(text->view(), bare);
  Require(at != jinja::kNotFound, "chat template: the last message cannot be continued, the template changes or drops its text: '",
          content, "'");
  const bool keeps_space = text->view().substr(at).starts_with(kContinueMark);
  text->Truncate(at);
  if (!keeps_space) text->Truncate(text->size() - jinja::TrailingSpace(text->view()));
}

}  // namespace

ChatTemplate::ChatTemplate(std::string_view source) : template_(std::make_unique<jinja::Template>(source)) {}
ChatTemplate::~ChatTemplate() = default;
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;

RenderedChat ChatTemplate::Render(const std::vector<ChatMessage>& messages, const ChatOptions& options) const {
  const bool continues = options.continue_final_message;
  Require(!continues || !options.add_generation_prompt, "a chat either continues its last message or begins an answer, not both");
  Require(!continues || !messages.empty(), "there is no message to continue");
  jinja::Runtime runtime{jinja::Limits()};
  runtime.format_time = [&](const std::string& format) { return FormatLocalTime(options.now, format); };
  std::vector<Value> list;
  for (size_t i = 0; i < messages.size(); ++i)
    list.push_back(MessageValue(runtime, messages[i], continues && i + 1 == messages.size()));
  jinja::Variables variables;
  if (options.enable_thinking.has_value()) {
    variables.emplace_back("enable_thinking", Value(*options.enable_thinking));
    variables.emplace_back("thinking", Value(*options.enable_thinking));
  }
  variables.emplace_back("messages", runtime.List(std::move(list)));
  variables.emplace_back("tools", options.tools_json.empty() ? Value() : JsonOf(runtime, options.tools_json, "tools", true));
  variables.emplace_back("documents", Value());
  variables.emplace_back("add_generation_prompt", Value(options.add_generation_prompt));
  variables.emplace_back("bos_token", runtime.String(options.bos_token));
  variables.emplace_back("eos_token", runtime.String(options.eos_token));
  // Last: they cannot take the place of what is above.
  if (!options.variables_json.empty()) {
    const Value more = JsonOf(runtime, options.variables_json, "the template's variables", false);
    for (const auto& [key, value] : more.dict().items()) variables.emplace_back(key.string().bytes(), value);
  }
  jinja::MarkedText text = template_->Render(runtime, variables);
  if (continues) CutAtMark(&text, messages.back().content);
  return {text.bytes(), text.foreign()};
}

std::vector<int32_t> EncodeChat(const Tokenizer& tokenizer, const RenderedChat& chat) {
  AddedTokenMatcher controls;
  for (const AddedToken& token : tokenizer.spec().added_tokens)
    if (token.is_control()) controls.Add({.id = token.id, .content = token.content, .special = token.special}, token.content);
  auto touches_foreign = [&](size_t begin, size_t end) {
    const auto at =
        std::upper_bound(chat.foreign.begin(), chat.foreign.end(), begin, [](size_t p, const auto& span) { return p < span.end; });
    return at != chat.foreign.end() && at->begin < end;
  };
  // Without an attack the text is encoded in one piece, so that its tokens are those of the plain encoder. Only around a control
  // token with foreign bytes is it cut, and that one is encoded as text.
  std::vector<int32_t> ids;
  size_t begin = 0, at = 0;
  auto encode = [&](size_t end, bool parse_special) {
    const std::vector<int32_t> piece =
        tokenizer.Encode(std::string_view(chat.text).substr(begin, end - begin), {.parse_special = parse_special});
    ids.insert(ids.end(), piece.begin(), piece.end());
    begin = end;
  };
  for (const auto& section : controls.Split(chat.text, false)) {
    const size_t end = at + section.text.size();
    if (section.id >= 0 && touches_foreign(at, end)) {
      encode(at, true);
      encode(end, false);
    }
    at = end;
  }
  encode(chat.text.size(), true);
  return ids;
}

}  // namespace r1
