#include "text/chat_template.h"

#include <algorithm>
#include <ctime>

#include "base/error.h"
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

// Stands before the text of an answer whose thinking the template leaves out.
std::string ThinkingMark(size_t message) { return StrCat("KEPT_THINKING_", message, "_TAG"); }

bool Shows(const std::string& rendered, const std::string& thinking) {
  const std::string_view space = " \t\r\n", text = thinking;
  const size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return true;
  return rendered.find(text.substr(begin, text.find_last_not_of(space) + 1 - begin)) != std::string::npos;
}

// Puts the thinking of message `number` where its mark is; without one the template has no place for it.
void ReplaceMark(jinja::MarkedText* text, size_t number, const ChatMessage& message, const ChatOptions& options) {
  const std::string mark = ThinkingMark(number);
  const size_t at = text->bytes().find(mark);
  if (at == std::string::npos) return;
  jinja::MarkedText kept = text->Slice(0, at);
  kept.Append(options.think_opening);
  kept.AppendForeign(message.reasoning_content);
  const bool ends_line = options.think_closing.starts_with('\n') && message.reasoning_content.ends_with('\n');
  kept.Append(std::string_view(options.think_closing).substr(ends_line ? 1 : 0));
  kept.Append(*text, at + mark.size());
  *text = std::move(kept);
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
  jinja::MarkedText text = RenderOnce(messages, options);
  // An answer that goes on in the middle goes on behind its own thinking.
  if (options.keep_thinking || options.continue_final_message) {
    std::vector<ChatMessage> marked = messages;
    std::vector<size_t> left_out;
    for (size_t i = 0; i < messages.size(); ++i) {
      const bool kept = options.keep_thinking || i + 1 == messages.size();
      if (!kept || messages[i].role != "assistant" || Shows(text.bytes(), messages[i].reasoning_content)) continue;
      marked[i].content = ThinkingMark(i) + messages[i].content;
      marked[i].reasoning_content.clear();
      left_out.push_back(i);
    }
    if (!left_out.empty()) text = RenderOnce(marked, options);
    for (const size_t i : left_out) ReplaceMark(&text, i, messages[i], options);
  }
  return {text.bytes(), text.foreign()};
}

jinja::MarkedText ChatTemplate::RenderOnce(const std::vector<ChatMessage>& messages, const ChatOptions& options) const {
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
  if (options.keep_thinking) variables.emplace_back("preserve_thinking", Value(true));
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
  return text;
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
