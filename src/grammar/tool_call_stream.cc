#include "grammar/tool_call_stream.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/error.h"
#include "base/json.h"
#include "grammar/expression.h"

namespace r1 {
namespace {

using Kind = ToolCallPart::Kind;
constexpr const char* kPythonTag = "<|python_tag|>";  // of Llama 3, before some calls
constexpr std::string_view kSpace = " \t\r\n";

std::string_view Trimmed(std::string_view text) { return Trim(text, kSpace); }

std::optional<std::string> ObjectText(std::string_view text) {
  try {
    if (!ParseJson(text, "arguments").is_object()) return std::nullopt;
    return nlohmann::ordered_json::parse(text).dump();
  } catch (const Error&) {
    return std::nullopt;
  }
}

// {"name": ..., "arguments" or "parameters": ...}
std::optional<ToolCall> CallObject(std::string_view text) {
  const std::optional<std::string> object = ObjectText(text);
  if (!object) return std::nullopt;
  const auto call = nlohmann::ordered_json::parse(*object);
  for (const char* key : {"arguments", "parameters"})
    if (call.contains("name") && call["name"].is_string() && !call["name"].get_ref<const std::string&>().empty() &&
        call.contains(key) && call[key].is_object())
      return ToolCall{call["name"].get<std::string>(), call[key].dump()};
  return std::nullopt;
}

// NAME, then what is between it and the arguments, perhaps a code fence.
std::optional<ToolCall> DeepSeekCall(std::string_view text, std::string_view separator, bool fenced) {
  std::string_view name, arguments;
  const size_t cut = text.find(separator);
  if (cut == std::string_view::npos) return std::nullopt;
  name = text.substr(0, cut);
  arguments = text.substr(cut + separator.size());
  if (fenced) {  // function<sep>NAME\n```json\n{...}\n```
    const size_t line = arguments.find('\n');
    if (line == std::string_view::npos) return std::nullopt;
    name = arguments.substr(0, line);
    arguments = Trimmed(arguments.substr(line));
    if (!arguments.starts_with("```") || !arguments.ends_with("```") || arguments.size() < 6) return std::nullopt;
    arguments = arguments.substr(3, arguments.size() - 6);
    if (arguments.starts_with("json")) arguments.remove_prefix(4);
  }
  std::optional<std::string> object = ObjectText(Trimmed(arguments));
  if (!object || Trimmed(name).empty()) return std::nullopt;
  return ToolCall{std::string(Trimmed(name)), std::move(*object)};
}

// Every <...> in it as the control token that it is.
std::string WithMarks(std::string_view text, bool marked) {
  std::string result;
  while (!text.empty()) {
    const size_t begin = text.find('<'), end = begin == std::string_view::npos ? begin : text.find('>', begin);
    if (!marked || end == std::string_view::npos) return result + std::string(text);
    result += std::string(text.substr(0, begin)) + ControlTokenBytes(text.substr(begin, end + 1 - begin));
    text.remove_prefix(end + 1);
  }
  return result;
}

// Bytes at the end of the text that one of the tags may begin with.
size_t MayBecomeTag(std::string_view text, const std::vector<std::string>& tags) {
  size_t most = 0;
  for (const std::string& tag : tags)
    for (size_t n = std::min(tag.size() - 1, text.size()); n > most; --n)
      if (text.ends_with(std::string_view(tag).substr(0, n))) most = n;
  return most;
}

}  // namespace

ToolCallStream::ToolCallStream(ToolCallFormat format, ToolCallStreamOptions options)
    : form_(FormOf(format)), format_(format), options_(options) {
  const auto marks = [&](std::string_view text) { return WithMarks(text, options.marked); };
  call_tag_ = marks(form_.call_tag);
  close_tag_ = marks(form_.close_tag);
  separator_ = marks("<｜tool▁sep｜>");
  name_begin_ = marks(form_.call).substr(call_tag_.size());
  name_end_ = marks(form_.name_end);
  for (const char* tag : {form_.begin, form_.end})
    if (*tag != '\0') outer_tags_.push_back(marks(tag));
  const bool whole = call_tag_.empty();
  state_ = !whole ? State::kText : options.bound ? State::kName : State::kWhole;
}

std::vector<ToolCallPart> ToolCallStream::Push(std::string_view text) {
  held_ += text;
  Read(/*at_end=*/false);
  return std::exchange(parts_, {});
}

std::vector<ToolCallPart> ToolCallStream::Flush() {
  Read(/*at_end=*/true);
  return std::exchange(parts_, {});
}

void ToolCallStream::Read(bool at_end) {
  for (bool more = true; more;) {
    switch (state_) {
      case State::kText: more = ReadText(at_end); break;
      case State::kName: more = ReadName(at_end); break;
      case State::kArguments: more = ReadArguments(); break;
      case State::kClosing: more = ReadClosing(at_end); break;
      case State::kWhole:
        if (at_end) ReadWhole();
        more = false;
        break;
    }
  }
}

// Text up to the next call. false: more of it has to come first.
bool ToolCallStream::ReadText(bool at_end) {
  std::vector<std::string> tags = outer_tags_;
  tags.push_back(call_tag_);
  size_t at = std::string::npos;
  const std::string* found = nullptr;
  for (const std::string& tag : tags)
    if (const size_t begin = held_.find(tag); begin < at) {
      at = begin;
      found = &tag;
    }
  if (found == nullptr) {
    const size_t told = at_end ? held_.size() : held_.size() - MayBecomeTag(held_, tags);
    SayText(std::string_view(held_).substr(0, told));
    held_.erase(0, told);
    if (at_end && !after_call_) Say(Kind::kText, std::exchange(white_space_, ""));
    return false;
  }
  SayText(std::string_view(held_).substr(0, at));
  if (*found != call_tag_) {
    held_.erase(0, at + found->size());
    return true;
  }
  held_.erase(0, at);
  state_ = State::kName;
  return true;
}

// A call, up to where its arguments begin if it is bound, and all of it if not.
bool ToolCallStream::ReadName(bool at_end) {
  const std::string_view body = std::string_view(held_).substr(call_tag_.size());
  if (options_.bound) {
    const size_t end = body.find(name_end_, name_begin_.size());
    if (body.starts_with(name_begin_) && end != std::string_view::npos) {
      Say(Kind::kCall, body.substr(name_begin_.size(), end - name_begin_.size()));
      held_.erase(0, call_tag_.size() + end + name_end_.size());
      depth_ = 0;
      in_string_ = escaped_ = false;
      state_ = State::kArguments;
      return true;
    }
    if (at_end) held_.clear();
    return false;
  }
  const size_t end = body.find(close_tag_);
  if (end == std::string_view::npos) {
    if (!at_end) return false;
    SayText(std::exchange(held_, ""));
    Say(Kind::kText, std::exchange(white_space_, ""));
    return false;
  }
  const size_t size = call_tag_.size() + end + close_tag_.size();
  if (const auto arguments = ReadCall(body.substr(0, end)))
    Say(Kind::kArguments, *arguments);
  else
    SayText(std::string_view(held_).substr(0, size));
  held_.erase(0, size);
  state_ = State::kText;
  return true;
}

std::optional<std::string> ToolCallStream::ReadCall(std::string_view body) {
  std::optional<ToolCall> call = format_ == ToolCallFormat::kHermes
                                     ? CallObject(Trimmed(body))
                                     : DeepSeekCall(body, separator_, format_ == ToolCallFormat::kDeepSeek);
  if (!call) return std::nullopt;
  Say(Kind::kCall, call->name);
  return std::move(call->arguments);
}

// Up to the brace that closes the first one.
bool ToolCallStream::ReadArguments() {
  size_t at = 0;
  bool done = false;
  for (; at < held_.size() && !done; ++at) {
    const char c = held_[at];
    if (in_string_) {
      in_string_ = escaped_ || c != '"';
      escaped_ = !escaped_ && c == '\\';
    } else {
      in_string_ = c == '"';
      depth_ += (c == '{' || c == '[') - (c == '}' || c == ']');
      done = depth_ == 0;
    }
  }
  Say(Kind::kArguments, std::string_view(held_).substr(0, at));
  held_.erase(0, at);
  if (done) state_ = State::kClosing;
  return done;
}

bool ToolCallStream::ReadClosing(bool at_end) {
  const size_t end = close_tag_.empty() ? std::string::npos : held_.find(close_tag_);
  if (end == std::string::npos) {
    if (at_end) held_.clear();
    return false;
  }
  held_.erase(0, end + close_tag_.size());
  state_ = State::kText;
  return true;
}

void ToolCallStream::ReadWhole() {
  std::string_view rest = Trimmed(held_);
  for (const std::string& tag : {ControlTokenBytes(kPythonTag), std::string(kPythonTag)})
    if (rest.starts_with(tag)) rest.remove_prefix(tag.size());
  if (const std::optional<ToolCall> call = CallObject(rest)) {
    Say(Kind::kCall, call->name);
    Say(Kind::kArguments, call->arguments);
  } else {
    Say(Kind::kText, held_);
  }
  held_.clear();
}

void ToolCallStream::SayText(std::string_view text) {
  // White space at the end waits: a call may follow.
  const size_t last = text.find_last_not_of(kSpace);
  if (last == std::string_view::npos) {
    if (!after_call_) white_space_ += text;
    return;
  }
  if (after_call_) {
    text.remove_prefix(text.find_first_not_of(kSpace));
    if (has_text_) white_space_ = "\n";
  }
  const size_t end = text.find_last_not_of(kSpace) + 1;
  has_text_ = true;
  Say(Kind::kText, std::exchange(white_space_, "") + std::string(text.substr(0, end)));
  white_space_ = text.substr(end);
}

void ToolCallStream::Say(Kind kind, std::string_view text) {
  if (kind == Kind::kCall) {
    ++num_calls_;
    white_space_.clear();
  }
  after_call_ = kind != Kind::kText;
  std::string shown(text);
  std::erase(shown, kControlTokenMark);
  if (!shown.empty()) parts_.push_back({kind, std::move(shown)});
}

ToolCallText ParseToolCalls(ToolCallFormat format, std::string_view text) {
  ToolCallStream stream(format, {.marked = text.find(kControlTokenMark) != std::string_view::npos});
  std::vector<ToolCallPart> parts = stream.Push(text);
  for (ToolCallPart& part : stream.Flush()) parts.push_back(std::move(part));
  ToolCallText result;
  for (ToolCallPart& part : parts) {
    switch (part.kind) {
      case Kind::kText: result.content += part.text; break;
      case Kind::kCall: result.calls.push_back({std::move(part.text), ""}); break;
      case Kind::kArguments: result.calls.back().arguments += part.text; break;
    }
  }
  result.content = Trimmed(result.content);
  return result;
}

}  // namespace r1
