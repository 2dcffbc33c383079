// A grammar over one vocabulary: for each state of the grammar, which tokens it takes whatever the stack below is, found by one
// walk over the tree of tokens when the state is first met, and kept. Few tokens go beyond the rule of their state and depend on
// the stack (in a JSON string those with a quote that is not the end, such as `",`); of them only the places where they leave the
// rule are kept, for the matcher to go on from.
//   Dong et al. 2024, "XGrammar", https://arxiv.org/abs/2411.15100 (adaptive token mask cache)
//
// Shared by all requests with the same grammar, and safe to use from any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "grammar/grammar.h"
#include "grammar/recognizer.h"
#include "grammar/token_mask.h"
#include "grammar/token_trie.h"

namespace r1 {

struct StateTokens {
  // Tokens that stay within the rule, or end exactly at its end: as bits if they are many, as a list if they are few.
  std::vector<uint64_t> bits;
  std::vector<int32_t> ids;
  // Nodes of the tree, with tokens below them, whose bytes bring the rule to its end.
  std::vector<int32_t> ends;

  void AddTo(TokenMask& mask) const;
};

class TokenGrammar {
 public:
  // Throws kInvalidArgument if the grammar asks for a control token that the vocabulary does not have.
  TokenGrammar(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const TokenTrie> trie);

  const Grammar& grammar() const { return *grammar_; }
  const TokenTrie& trie() const { return *trie_; }
  std::shared_ptr<const StateTokens> TokensOf(int32_t state) const;

 private:
  std::shared_ptr<const StateTokens> Walk(int32_t state) const;

  std::shared_ptr<const Grammar> grammar_;
  std::shared_ptr<const TokenTrie> trie_;

  mutable std::mutex mutex_;  // guards what follows
  mutable Recognizer recognizer_;
  mutable std::unordered_map<int32_t, std::shared_ptr<const StateTokens>> tokens_;
  mutable size_t bytes_used_ = 0;
};

// What a walk may cost, in nodes times readings: far more than any grammar that means well. It is counted alike whatever is cached,
// so that masks do not depend on what came before.
inline constexpr int64_t kMaxWalkWork = 4'000'000;

// Walks the tree below `node` (all of it for -1) from a situation, calling on_node(node, situation) for every node whose bytes are
// not refused. Stops when `work`, which it counts down, is used up.
template <class OnNode>
void WalkTrie(const TokenTrie& trie, int32_t node, Recognizer& recognizer, int32_t situation, std::vector<int32_t>& at_depth,
              int64_t& work, const OnNode& on_node) {
  const int32_t end = node < 0 ? trie.num_nodes() : trie.node(node).subtree_end;
  const size_t base = node < 0 ? 0 : trie.node(node).depth;
  at_depth.resize(static_cast<size_t>(trie.max_depth()) + 1);
  at_depth[base] = situation;
  for (int32_t i = node + 1; i < end && work > 0;) {
    const TokenTrie::Node& at = trie.node(i);
    const int32_t next = recognizer.Step(at_depth[at.depth - 1u], at.byte);
    if (next == Recognizer::kDead) {
      i = at.subtree_end;
      continue;
    }
    at_depth[at.depth] = next;
    work -= 1 + recognizer.num_items(next);
    on_node(i, next);
    ++i;
  }
}

}  // namespace r1
