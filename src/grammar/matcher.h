// Keeps a completion within a grammar: which tokens may come next, and what has come. Belongs to one completion.
//
//   GrammarMatcher matcher(token_grammar, {eos_id});
//   while (true) { id = sample among matcher.Allowed(); if (!matcher.Accept(id)) ...; if (matcher.finished()) break; }
//
// Whatever is sampled, a text that has been begun can be completed as long as the vocabulary can spell it, which one with all 256
// bytes always can. Where it cannot, the end tokens alone are allowed, so that there is always something to sample.
//
// Cost at a vocabulary of 151,936: microseconds where the grammar has been in the same place before (inside a string, say); 3
// milliseconds for the first text of a kind, paid once for all requests that share the TokenGrammar.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/recognizer.h"
#include "grammar/token_grammar.h"
#include "grammar/token_mask.h"

namespace r1 {

class GrammarMatcher {
 public:
  static constexpr int64_t kMaxRollback = 256;  // tokens

  GrammarMatcher(std::shared_ptr<const TokenGrammar> grammar, std::vector<int32_t> end_ids);

  // The tokens that may come next, the end tokens among them where the text may end. Valid until the next call of any kind. Nothing
  // after an end token.
  const TokenMask& Allowed();
  // false, and nothing has changed, if the token may not come next.
  bool Accept(int32_t id);
  // Takes back the last tokens. Throws kInvalidArgument if that is more than were accepted, or than kMaxRollback.
  void Rollback(int64_t num_tokens);

  bool complete() const { return recognizer_.complete(situation_); }  // an end token may come next
  bool finished() const { return finished_; }                         // an end token has come

  // The text that must come next, up to `max_bytes`: until there is a choice, of which ending here is one, or a control token. It
  // may stop within a character.
  std::string ForcedBytes(size_t max_bytes = 1024);

 private:
  bool IsEnd(int32_t id) const;
  void Trim();

  std::shared_ptr<const TokenGrammar> grammar_;
  std::vector<int32_t> end_ids_;
  Recognizer recognizer_;
  int32_t situation_;
  bool finished_ = false;
  std::deque<int32_t> history_;  // situations before the last tokens

  std::unordered_map<int32_t, TokenMask> masks_;  // by situation
  std::vector<int32_t> at_depth_;                 // of a walk, kept for its memory
};

}  // namespace r1
