// Grammars that requests ask for, compiled once and shared by all requests that ask for the same.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "grammar/token_grammar.h"
#include "text/tokenizer.h"

namespace r1 {

struct OutputForm {
  enum class Kind { kText, kJsonObject, kJsonSchema, kGbnf };
  Kind kind = Kind::kText;
  std::string source;  // the schema's or the grammar's text
  bool operator==(const OutputForm&) const = default;
};

// Thread-safe.
class StructuredOutput {
 public:
  // `tokenizer` must outlive it. end_ids: the tokens that end a completion.
  StructuredOutput(const Tokenizer& tokenizer, std::vector<int32_t> end_ids)
      : tokenizer_(tokenizer), end_ids_(std::move(end_ids)) {}

  // Null for kText. Throws kInvalidArgument for a schema or grammar that cannot be followed, saying where, and for one
  // that this vocabulary cannot even begin.
  std::shared_ptr<const TokenGrammar> Compile(const OutputForm& form);

 private:
  struct Entry {
    OutputForm form;
    std::shared_ptr<const TokenGrammar> grammar;
  };
  const Tokenizer& tokenizer_;
  const std::vector<int32_t> end_ids_;
  std::mutex mutex_;
  std::shared_ptr<const TokenTrie> trie_;  // made when first asked for
  std::list<Entry> entries_;               // used last first
};

}  // namespace r1
