// Calls of functions in the form that each model family was trained on, both ways: as a grammar that completions have to follow,
// and read back from a finished completion.
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
};

enum class ToolChoice {
  kAuto,      // text, or text and then calls
  kRequired,  // calls and nothing else. For one named function, give only that
};

// At most one call unless `parallel`. Throws kInvalidArgument for names that are not [A-Za-z0-9_.-]{1,64}, doubled names, none at
// all, and schemas that cannot be followed (the message begins with "function NAME").
Grammar ToolCallGrammar(ToolCallFormat format, std::span<const ToolFunction> functions, ToolChoice choice, bool parallel,
                        const TokenTrie& trie);

struct ToolCall {
  std::string name;
  std::string arguments;  // a JSON object, as text
  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};
struct ToolCallText {
  std::string content;  // what is no call, white space at its ends left out; a call that is malformed stays here
  std::vector<ToolCall> calls;
};
// `text`: of a finished completion after its thinking, with the tags in it. From TokenTrie::Bytes of its tokens, only true control
// tokens count as tags; from decoded text, whatever looks like one does.
ToolCallText ParseToolCalls(ToolCallFormat format, std::string_view text);

}  // namespace r1
