#include "server/structured_output.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "grammar/gbnf.h"
#include "grammar/json_schema.h"
#include "grammar/matcher.h"

namespace r1 {
namespace {

constexpr size_t kMostKept = 64;

bool CanBeFollowed(const std::string& schema) {
  try {
    JsonSchemaGrammar(schema);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Whether each byte has a token of its own.
bool CanSpell(const TokenTrie& trie, std::string_view text) {
  std::array<bool, 256> has{};
  for (int32_t node = 0; node < trie.num_nodes(); node = trie.node(node).subtree_end)
    has[trie.node(node).byte] = !trie.TokensAt(node).empty();
  return std::ranges::all_of(text, [&](char c) { return has[static_cast<uint8_t>(c)]; });
}

}  // namespace

StructuredOutput::StructuredOutput(const Tokenizer& tokenizer, std::vector<int32_t> end_ids, ToolCallFormat format)
    : tokenizer_(tokenizer), end_ids_(std::move(end_ids)), format_(format) {}

std::optional<int32_t> StructuredOutput::ControlTokenId(std::string_view tag) const {
  for (const AddedToken& token : tokenizer_.spec().added_tokens)
    if (token.content == tag && token.is_control()) return token.id;
  return std::nullopt;
}

CompiledForm StructuredOutput::Compile(const OutputForm& form) {
  if (form.kind == OutputForm::Kind::kText && form.calls == OutputForm::Calls::kNone) return {};
  std::shared_ptr<const TokenTrie> trie;
  {
    std::lock_guard lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->form != form) continue;
      entries_.splice(entries_.begin(), entries_, it);
      return it->compiled;
    }
    if (trie_ == nullptr) trie_ = std::make_shared<const TokenTrie>(tokenizer_);
    trie = trie_;
  }
  // Without the lock: a large schema takes its time, and two that compile the same one lose nothing but that.
  CompiledForm compiled = CompileNew(form, trie);
  std::lock_guard lock(mutex_);
  entries_.push_front({form, compiled});
  if (entries_.size() > kMostKept) entries_.pop_back();
  return compiled;
}

CompiledForm StructuredOutput::CompileNew(const OutputForm& asked, const std::shared_ptr<const TokenTrie>& trie) const {
  OutputForm form = asked;
  for (ToolFunction& function : form.functions)
    if (!function.strict && !function.parameters.empty() && !CanBeFollowed(function.parameters)) function.parameters.clear();
  CompiledForm compiled;
  if (form.calls == OutputForm::Calls::kAllowed && form.kind == OutputForm::Kind::kText) {
    // The model speaks freely. Its calls are bound from their tag on; where that is text, it could be quoted as well as meant.
    compiled.after = ControlTokenId(ToolCallOpenTag(format_));
    if (!compiled.after && format_ != ToolCallFormat::kLlama3) {
      GrammarOf({.calls = OutputForm::Calls::kRequired, .functions = form.functions}, *trie);  // throws for what cannot be followed
      return {};
    }
  }
  compiled.grammar = std::make_shared<const TokenGrammar>(std::make_shared<const Grammar>(GrammarOf(form, *trie)), trie);
  Require(form.kind == OutputForm::Kind::kGbnf || CanSpell(*trie, "{}\":"),
          "the model's vocabulary has no tokens to write JSON with");
  GrammarMatcher matcher(compiled.grammar, end_ids_);
  TokenMask first = matcher.Allowed();
  for (const int32_t id : end_ids_) first.Clear(id);
  const bool can_begin = std::ranges::any_of(first.words(), [](uint64_t word) { return word != 0; });
  Require(can_begin || matcher.complete(), "the model's vocabulary has no token that such an answer could begin with");
  return compiled;
}

Grammar StructuredOutput::GrammarOf(const OutputForm& form, const TokenTrie& trie) const {
  using Kind = OutputForm::Kind;
  const auto calls = [&](ToolChoice choice, const std::string& text_schema = "") {
    return ToolCallGrammar(format_, form.functions, choice, form.parallel_calls, trie, text_schema);
  };
  if (form.calls == OutputForm::Calls::kRequired) return calls(ToolChoice::kRequired);
  if (form.calls == OutputForm::Calls::kAllowed) {
    if (form.kind == Kind::kText) return calls(ToolCallOpenTag(format_).empty() ? ToolChoice::kAuto : ToolChoice::kAfterTag);
    return calls(ToolChoice::kAuto, form.kind == Kind::kJsonSchema ? form.source : kAnyJsonObject);
  }
  switch (form.kind) {
    case Kind::kJsonSchema: return JsonSchemaGrammar(form.source);
    case Kind::kGbnf: return ParseGbnf(form.source);
    case Kind::kJsonObject:
    case Kind::kText: break;
  }
  return AnyJsonObjectGrammar();
}

}  // namespace r1
