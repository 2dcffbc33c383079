// Calls of functions in the form that each model family was trained on, as grammars that completions have to follow. They are read
// back by grammar/tool_call_stream.h.
//
//   kHermes      Qwen2.5, Qwen3, QwQ: <tool_call>\n{"name": "NAME", "arguments": {...}}\n</tool_call>, one after another
//   kDeepSeek    DeepSeek-V3 and R1: <｜tool▁calls▁begin｜>, then each
//   <｜tool▁call▁begin｜>function<｜tool▁sep｜>NAME\n```json\n{...}\n```
//                <｜tool▁call▁end｜>, then <｜tool▁calls▁end｜>
//   kDeepSeek31  DeepSeek-V3.1: the same with NAME<｜tool▁sep｜>{...} in each call
//   kLlama3      Llama 3: {"name": "NAME", "parameters": {...}}, the whole answer, one call only
//
// Tags that the vocabulary has as control tokens are those tokens, and no text can spell them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/grammar.h"
#include "grammar/token_trie.h"

namespace r1 {

enum class ToolCallFormat { kHermes, kDeepSeek, kDeepSeek31, kLlama3 };

// The format that a chat template writes earlier calls in; empty if it knows none.
std::optional<ToolCallFormat> FindToolCallFormat(std::string_view chat_template);

struct ToolFunction {
  std::string name;
  std::string parameters;  // JSON text of a schema; "": any object
  bool strict = true;      // callers' own: whether a schema that cannot be followed is an error
  friend bool operator==(const ToolFunction&, const ToolFunction&) = default;
};

enum class ToolChoice {
  kAuto,      // text, or text and then calls
  kRequired,  // calls and nothing else. For one named function, give only that
  kAfterTag,  // what follows the tag that opens the calls (ToolCallOpenTag): the model decides by writing it
};

// At most one call unless `parallel`. text_schema, with kAuto: the text, if it is no call, is JSON of this schema; kAnyJsonObject
// is any object. Throws kInvalidArgument for names that are not [A-Za-z0-9_.-]{1,64}, doubled names, none at all, and schemas that
// cannot be followed (the message begins with "function NAME").
inline constexpr const char* kAnyJsonObject = "any object";
Grammar ToolCallGrammar(ToolCallFormat format, std::span<const ToolFunction> functions, ToolChoice choice, bool parallel,
                        const TokenTrie& trie, const std::string& text_schema = "");

// The tag that the first call begins with: "<tool_call>"; "" for kLlama3.
std::string ToolCallOpenTag(ToolCallFormat format);
// All tags of the family, which may be control tokens.
std::vector<std::string> ToolCallTags(ToolCallFormat format);
// The call as the family writes it in a conversation's text. arguments: a JSON object.
std::string WriteToolCall(ToolCallFormat format, std::string_view name, std::string_view arguments);

}  // namespace r1
