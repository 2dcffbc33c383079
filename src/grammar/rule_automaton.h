// One rule's expression as a finite automaton over bytes and calls of other rules. Deterministic (subset construction: of many
// strings that begin alike, the common beginning is one path) unless that would blow up, as (a|b)*a(a|b){20} does; then it stays
// nondeterministic, which costs speed and no correctness.
#pragma once

#include <cstdint>
#include <vector>

#include "grammar/expression.h"

namespace r1 {

struct ByteEdge {
  uint8_t first, last;  // both included
  int32_t target;
};
struct CallEdge {
  int32_t rule, target;  // target: where to go on when the rule is done
};

struct RuleAutomaton {
  struct State {
    std::vector<ByteEdge> bytes;
    std::vector<CallEdge> calls;
    bool accepts = false;
  };
  std::vector<State> states;  // states[0] is the start
};

// Automata of all rules, by number. Repetitions of more than a few become rules of their own, after the given ones: leaving them is
// then one step, however many copies there are. Rules that are small and call no others are copied to where they are used.
// Throws kInvalidArgument for what is too large: more than kMaxRepetitions, or a million states in all.
inline constexpr int64_t kMaxRepetitions = 100'000;
std::vector<RuleAutomaton> BuildRuleAutomata(RuleSet& rules);

}  // namespace r1
