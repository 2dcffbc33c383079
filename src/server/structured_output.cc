#include "server/structured_output.h"

#include <algorithm>

#include "base/error.h"
#include "grammar/gbnf.h"
#include "grammar/json_schema.h"
#include "grammar/matcher.h"

namespace r1 {
namespace {

constexpr size_t kMostKept = 64;

Grammar GrammarOf(const OutputForm& form) {
  switch (form.kind) {
    case OutputForm::Kind::kJsonSchema: return JsonSchemaGrammar(form.source);
    case OutputForm::Kind::kGbnf: return ParseGbnf(form.source);
    case OutputForm::Kind::kJsonObject:
    case OutputForm::Kind::kText: break;
  }
  return AnyJsonObjectGrammar();
}

}  // namespace

std::shared_ptr<const TokenGrammar> StructuredOutput::Compile(const OutputForm& form) {
  if (form.kind == OutputForm::Kind::kText) return nullptr;
  std::shared_ptr<const TokenTrie> trie;
  {
    std::lock_guard lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->form != form) continue;
      entries_.splice(entries_.begin(), entries_, it);
      return it->grammar;
    }
    if (trie_ == nullptr) trie_ = std::make_shared<const TokenTrie>(tokenizer_);
    trie = trie_;
  }
  // Without the lock: a large schema takes its time, and two that compile the same one lose nothing but that.
  auto grammar = std::make_shared<const TokenGrammar>(std::make_shared<const Grammar>(GrammarOf(form)), trie);
  GrammarMatcher matcher(grammar, end_ids_);
  TokenMask first = matcher.Allowed();
  for (const int32_t id : end_ids_) first.Clear(id);
  const bool can_begin = std::ranges::any_of(first.words(), [](uint64_t word) { return word != 0; });
  Require(can_begin || matcher.complete(), "the model's vocabulary has no token that such an answer could begin with");
  std::lock_guard lock(mutex_);
  entries_.push_front({form, grammar});
  if (entries_.size() > kMostKept) entries_.pop_back();
  return grammar;
}

}  // namespace r1
