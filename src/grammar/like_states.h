// States between which no token can tell. In a string of at most 2,000 characters each character has states of its own, and all
// those far from the end take the same next few characters: one walk over the tree of tokens serves them all.
#pragma once

#include <cstdint>
#include <vector>

#include "grammar/rule_automaton.h"

namespace r1 {

// No longer text is looked at.
inline constexpr int32_t kLikeBytes = 256;

// For each state one that takes the same texts of up to kLikeBytes bytes, with the same ends of the rule on the way; itself where
// none is known. Found in automata that repeat themselves with some period and call no rules.
std::vector<int32_t> FindLikeStates(const RuleAutomaton& automaton);

}  // namespace r1
