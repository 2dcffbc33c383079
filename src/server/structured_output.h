// Grammars that requests ask for, compiled once and shared by all requests that ask for the same.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "grammar/token_grammar.h"
#include "grammar/tool_calls.h"
#include "text/tokenizer.h"

namespace r1 {

// What an answer, not the thinking before it, has to look like.
struct OutputForm {
  enum class Kind { kText, kJsonObject, kJsonSchema, kGbnf };
  enum class Calls {
    kNone,
    kAllowed,   // calls of functions, or what `kind` says. Not with kGbnf
    kRequired,  // calls and nothing else
  };
  Kind kind = Kind::kText;
  std::string source = {};  // the schema's or the grammar's text
  Calls calls = Calls::kNone;
  std::vector<ToolFunction> functions = {};
  bool parallel_calls = true;
  bool operator==(const OutputForm&) const = default;
};

struct CompiledForm {
  std::shared_ptr<const TokenGrammar> grammar = nullptr;  // null: nothing binds the answer
  std::optional<int32_t> after = {};                      // begins behind the first token with this id
};

// Thread-safe.
class StructuredOutput {
 public:
  // `tokenizer` must outlive it. end_ids: the tokens that end a completion. format: how the model writes calls.
  StructuredOutput(const Tokenizer& tokenizer, std::vector<int32_t> end_ids, ToolCallFormat format);

  // Throws kInvalidArgument for a schema or grammar that cannot be followed, saying where, and for one that this vocabulary cannot
  // even begin. The schema of a function that is not strict is then taken as any object.
  CompiledForm Compile(const OutputForm& form);

  ToolCallFormat format() const { return format_; }
  // The token that is this tag, if the vocabulary has one.
  std::optional<int32_t> ControlTokenId(std::string_view tag) const;

 private:
  struct Entry {
    OutputForm form;
    CompiledForm compiled;
  };
  CompiledForm CompileNew(const OutputForm& form, const std::shared_ptr<const TokenTrie>& trie) const;
  Grammar GrammarOf(const OutputForm& form, const TokenTrie& trie) const;

  const Tokenizer& tokenizer_;
  const std::vector<int32_t> end_ids_;
  const ToolCallFormat format_;
  std::mutex mutex_;
  std::shared_ptr<const TokenTrie> trie_;  // made when first asked for
  std::list<Entry> entries_;               // used last first
};

}  // namespace r1
