#include "grammar/tool_calls.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/json.h"
#include "grammar/json_rules.h"
#include "grammar/json_schema.h"

namespace r1 {
namespace {

using E = Expression;

// Every format is a sequence of calls, and a call is a name and arguments between fixed texts, in which <...> are tags.
struct Form {
  const char *begin, *end;              // around all calls
  const char *call, *name_end, *close;  // before the name, between name and arguments, after the arguments
  const char* separator;                // between calls
};

Form FormOf(ToolCallFormat format) {
  switch (format) {
    case ToolCallFormat::kHermes: return {"", "", "<tool_call>\n{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>", "\n"};
    case ToolCallFormat::kDeepSeek:
      return {"<｜tool▁calls▁begin｜>",
              "<｜tool▁calls▁end｜>",
              "<｜tool▁call▁begin｜>function<｜tool▁sep｜>",
              "\n```json\n",
              "\n```<｜tool▁call▁end｜>",
              "\n"};
    case ToolCallFormat::kDeepSeek31:
      return {"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<｜tool▁call▁begin｜>",
              "<｜tool▁sep｜>",         "<｜tool▁call▁end｜>",  ""};
    case ToolCallFormat::kLlama3: break;
  }
  return {"", "", "{\"name\": \"", "\", \"parameters\": ", "}", ""};
}

// A fixed text whose tags are control tokens where the vocabulary has them.
E Fixed(std::string_view text, const TokenTrie& trie) {
  std::vector<E> parts;
  while (!text.empty()) {
    const size_t begin = text.find('<'), end = begin == std::string_view::npos ? begin : text.find('>', begin);
    if (end == std::string_view::npos) break;
    const std::string tag(text.substr(begin, end + 1 - begin));
    if (begin > 0) parts.push_back(E::Literal(text.substr(0, begin)));
    parts.push_back(trie.HasControlToken(tag) ? E::ControlToken(tag) : E::Literal(tag));
    text.remove_prefix(end + 1);
  }
  if (!text.empty()) parts.push_back(E::Literal(text));
  return E::Sequence(std::move(parts));
}

// --- reading

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

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

}  // namespace

std::optional<ToolCallFormat> FindToolCallFormat(std::string_view chat_template) {
  const auto has = [&](std::string_view text) { return chat_template.find(text) != std::string_view::npos; };
  if (has("<tool_call>")) return ToolCallFormat::kHermes;
  if (has("<｜tool▁calls▁begin｜>")) return has("```json") ? ToolCallFormat::kDeepSeek : ToolCallFormat::kDeepSeek31;
  if (has("\"parameters\": ") && has("ipython")) return ToolCallFormat::kLlama3;
  return std::nullopt;
}

Grammar ToolCallGrammar(ToolCallFormat format, std::span<const ToolFunction> functions, ToolChoice choice, bool parallel,
                        const TokenTrie& trie) {
  Require(!functions.empty(), "tools: there is no function to call");
  const Form form = FormOf(format);
  RuleSet rules;
  JsonRules json(rules);
  rules.root = rules.Add("tool calls");
  std::set<std::string> names;
  std::vector<E> calls;
  for (const ToolFunction& function : functions) {
    const bool plain = std::all_of(function.name.begin(), function.name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
    Require(plain && !function.name.empty() && function.name.size() <= 64, "function \"", function.name,
            "\": names are 1 to 64 letters, digits, _, - and .");
    Require(names.insert(function.name).second, "function ", function.name, " stands twice");
    E arguments = function.parameters.empty() ? json.Object()
                                              : AddJsonSchema(function.parameters, StrCat("function ", function.name), rules, json);
    calls.push_back(E::Sequence({E::Literal(function.name), Fixed(form.name_end, trie), std::move(arguments)}));
  }
  const E call = E::Rule(
      rules.Add("a tool call", E::Sequence({Fixed(form.call, trie), E::Choice(std::move(calls)), Fixed(form.close, trie)})));
  const bool many = parallel && format != ToolCallFormat::kLlama3;
  E body = E::Sequence({Fixed(form.begin, trie), call,
                        E::Repeat(E::Sequence({Fixed(form.separator, trie), call}), 0, many ? E::kUnbounded : 0),
                        Fixed(form.end, trie)});
  if (choice == ToolChoice::kAuto) {
    const E any = E::Repeat(E::Chars(CharRanges::All()), 0, E::kUnbounded);
    if (format == ToolCallFormat::kLlama3)  // a call is told from text by its first character
      body = E::Choice({std::move(body), E::Sequence({E::Chars(CharRanges{{'{', '{'}}.Inverted()), any})});
    else
      body = E::Sequence({any, E::Optional(std::move(body))});
  }
  rules.rules[static_cast<size_t>(rules.root)].body = std::move(body);
  return Grammar(std::move(rules));
}

ToolCallText ParseToolCalls(ToolCallFormat format, std::string_view text) {
  ToolCallText result;
  if (format == ToolCallFormat::kLlama3) {
    std::string_view rest = Trimmed(text);
    for (const std::string& tag : {ControlTokenBytes("<|python_tag|>"), std::string("<|python_tag|>")})
      if (rest.starts_with(tag)) rest.remove_prefix(tag.size());
    if (std::optional<ToolCall> call = CallObject(rest))
      result.calls.push_back(std::move(*call));
    else
      result.content = Trimmed(text);
    return result;
  }
  const bool marked = text.find(kControlTokenMark) != std::string_view::npos;
  const auto tag = [&](const char* name) { return marked ? ControlTokenBytes(name) : std::string(name); };
  const bool hermes = format == ToolCallFormat::kHermes;
  const std::string open = tag(hermes ? "<tool_call>" : "<｜tool▁call▁begin｜>"),
                    close = tag(hermes ? "</tool_call>" : "<｜tool▁call▁end｜>");
  const std::string separator = tag("<｜tool▁sep｜>");
  std::string content;
  for (size_t at = 0;;) {
    const size_t begin = text.find(open, at), inner = begin + open.size();
    const size_t end = begin == std::string_view::npos ? begin : text.find(close, inner);
    if (end == std::string_view::npos) {
      content += text.substr(at);
      break;
    }
    const std::string_view body = text.substr(inner, end - inner);
    std::optional<ToolCall> call =
        hermes ? CallObject(Trimmed(body)) : DeepSeekCall(body, separator, format == ToolCallFormat::kDeepSeek);
    content += text.substr(at, call ? begin - at : end + close.size() - at);
    if (call) result.calls.push_back(std::move(*call));
    at = end + close.size();
  }
  if (!hermes && !result.calls.empty())
    for (const char* name : {"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"})
      if (const size_t found = content.find(tag(name)); found != std::string::npos) content.erase(found, tag(name).size());
  std::erase(content, kControlTokenMark);
  result.content = Trimmed(content);
  return result;
}

}  // namespace r1
