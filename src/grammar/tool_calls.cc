#include "grammar/tool_calls.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "grammar/json_rules.h"
#include "grammar/json_schema.h"
#include "grammar/tool_call_form.h"

namespace r1 {
namespace {

using E = Expression;

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

}  // namespace

std::optional<ToolCallFormat> FindToolCallFormat(std::string_view chat_template) {
  const auto has = [&](std::string_view text) { return chat_template.find(text) != std::string_view::npos; };
  if (has("<tool_call>")) return ToolCallFormat::kHermes;
  if (has("<｜tool▁calls▁begin｜>")) return has("```json") ? ToolCallFormat::kDeepSeek : ToolCallFormat::kDeepSeek31;
  if (has("\"parameters\": ") && has("ipython")) return ToolCallFormat::kLlama3;
  return std::nullopt;
}

Grammar ToolCallGrammar(ToolCallFormat format, std::span<const ToolFunction> functions, ToolChoice choice, bool parallel,
                        const TokenTrie& trie, const std::string& text_schema) {
  Require(!functions.empty(), "tools: there is no function to call");
  const ToolCallForm form = FormOf(format);
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
  const E which = E::Rule(rules.Add("a function and its arguments", E::Choice(std::move(calls))));
  const auto make_call = [&](std::string_view begin) { return E::Sequence({Fixed(begin, trie), which, Fixed(form.close, trie)}); };
  const E call = E::Rule(rules.Add("a tool call", make_call(form.call)));
  const bool many = parallel && format != ToolCallFormat::kLlama3;
  const auto all_calls = [&](std::string_view begin, E first) {
    return E::Sequence({Fixed(begin, trie), std::move(first),
                        E::Repeat(E::Sequence({Fixed(form.separator, trie), call}), 0, many ? E::kUnbounded : 0),
                        Fixed(form.end, trie)});
  };
  if (choice == ToolChoice::kAfterTag) {
    const std::string_view tag = form.open_tag;
    Require(!tag.empty(), "tools: calls of this family begin with no tag");
    std::string_view begin = form.begin;
    E first = call;
    if (begin.empty())
      first = make_call(std::string_view(form.call).substr(tag.size()));
    else
      begin.remove_prefix(tag.size());
    rules.rules[static_cast<size_t>(rules.root)].body = all_calls(begin, std::move(first));
    return Grammar(std::move(rules));
  }
  E body = all_calls(form.begin, call);
  if (choice == ToolChoice::kAuto && !text_schema.empty()) {
    E text = text_schema == kAnyJsonObject ? json.Object() : AddJsonSchema(text_schema, "the answer", rules, json);
    body = E::Choice({std::move(body), std::move(text)});
  } else if (choice == ToolChoice::kAuto) {
    const E any = E::Repeat(E::Chars(CharRanges::All()), 0, E::kUnbounded);
    if (format == ToolCallFormat::kLlama3)  // a call is told from text by its first character
      body = E::Choice({std::move(body), E::Sequence({E::Chars(CharRanges{{'{', '{'}}.Inverted()), any})});
    else
      body = E::Sequence({any, E::Optional(std::move(body))});
  }
  rules.rules[static_cast<size_t>(rules.root)].body = std::move(body);
  return Grammar(std::move(rules));
}

std::string ToolCallOpenTag(ToolCallFormat format) { return FormOf(format).open_tag; }

std::vector<std::string> ToolCallTags(ToolCallFormat format) {
  const ToolCallForm form = FormOf(format);
  std::set<std::string> tags;
  for (std::string_view text : {form.begin, form.end, form.call, form.name_end, form.close}) {
    for (size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1))
      if (const size_t end = text.find('>', at); end != std::string_view::npos) tags.emplace(text.substr(at, end + 1 - at));
  }
  return {tags.begin(), tags.end()};
}

std::string WriteToolCall(ToolCallFormat format, std::string_view name, std::string_view arguments) {
  const ToolCallForm form = FormOf(format);
  return StrCat(form.begin, form.call, name, form.name_end, arguments, form.close, form.end);
}

}  // namespace r1
