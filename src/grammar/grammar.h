// A compiled grammar: one automaton over bytes for each rule, whose edges are byte ranges and calls of other rules. Together with a
// stack of "where to go on" that is a pushdown automaton. It speaks of bytes only, so tokens that are pieces of a UTF-8 character
// need no special care.
//
// Promises, on which the token masks rest: every rule can come to an end, and every state can be on the way to one; so a text that
// has not been refused yet can always be completed. No rule calls itself before a byte was read (left recursion).
//   Automata that call each other: Woods 1970, https://doi.org/10.1145/355598.362773
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/expression.h"
#include "grammar/rule_automaton.h"

namespace r1 {

class Grammar {
 public:
  struct State {
    int32_t bytes_begin, bytes_end;  // into byte_edges
    int32_t calls_begin, calls_end;  // into call_edges
    bool accepts;                    // the rule may end here
  };
  struct Rule {
    int32_t start;  // state
    int32_t rank;   // a rule that may call another before a byte was read has the smaller rank
    bool nullable;  // may match the empty text
  };

  // Throws kInvalidArgument for what is too large, left recursion and grammars that no text can satisfy.
  explicit Grammar(RuleSet rules);

  std::span<const ByteEdge> ByteEdges(int32_t state) const {
    const State& s = states_[static_cast<size_t>(state)];
    return std::span(byte_edges_).subspan(static_cast<size_t>(s.bytes_begin), static_cast<size_t>(s.bytes_end - s.bytes_begin));
  }
  std::span<const CallEdge> CallEdges(int32_t state) const {
    const State& s = states_[static_cast<size_t>(state)];
    return std::span(call_edges_).subspan(static_cast<size_t>(s.calls_begin), static_cast<size_t>(s.calls_end - s.calls_begin));
  }
  bool Accepts(int32_t state) const { return states_[static_cast<size_t>(state)].accepts; }
  // Nothing but the end of the rule can follow.
  bool IsEnd(int32_t state) const {
    const State& s = states_[static_cast<size_t>(state)];
    return s.accepts && s.bytes_begin == s.bytes_end && s.calls_begin == s.calls_end;
  }
  const Rule& rule(int32_t number) const { return rules_[static_cast<size_t>(number)]; }
  // A state between which and this one no text of up to kLikeBytes can tell (grammar/like_states.h).
  int32_t Like(int32_t state) const { return like_[static_cast<size_t>(state)]; }
  int32_t root() const { return root_; }
  int32_t num_rules() const { return static_cast<int32_t>(rules_.size()); }
  int32_t num_states() const { return static_cast<int32_t>(states_.size()); }

  // Names of the control tokens that it asks for (Expression::ControlToken).
  const std::vector<std::string>& control_tokens() const { return control_tokens_; }

  // Whether the whole text is one that the grammar describes.
  bool Matches(std::string_view text) const;

 private:
  void Append(const std::vector<RuleAutomaton>& automata);
  void FindNullable();
  void RankRules(const RuleSet& rules);

  std::vector<State> states_;
  std::vector<ByteEdge> byte_edges_;
  std::vector<CallEdge> call_edges_;
  std::vector<Rule> rules_;
  std::vector<int32_t> like_;  // by state
  int32_t root_ = 0;
  std::vector<std::string> control_tokens_;
};

}  // namespace r1
