#include "grammar/token_grammar.h"

#include "base/error.h"
#include "grammar/like_states.h"

namespace r1 {
namespace {

constexpr size_t kMaxCacheBytes = size_t{64} << 20;
constexpr size_t kMaxTransitions = size_t{1} << 20;  // of the walks; 32 bytes each

}  // namespace

void StateTokens::AddTo(TokenMask& mask) const {
  mask.Add(bits);
  for (const int32_t id : ids) mask.Set(id);
}

TokenGrammar::TokenGrammar(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const TokenTrie> trie)
    : grammar_(std::move(grammar)), trie_(std::move(trie)), recognizer_(*grammar_) {
  for (const std::string& name : grammar_->control_tokens())
    Require(trie_->HasControlToken(name), "grammar: the vocabulary has no token ", name);
}

std::shared_ptr<const StateTokens> TokenGrammar::TokensOf(int32_t state) const {
  if (trie_->max_depth() <= kLikeBytes) state = grammar_->Like(state);
  const std::lock_guard lock(mutex_);
  auto& tokens = tokens_[state];
  if (!tokens) {
    if (bytes_used_ > kMaxCacheBytes) tokens_.clear(), bytes_used_ = 0;
    const auto walked = Walk(state);
    bytes_used_ += walked->bits.size() * 8 + (walked->ids.size() + walked->ends.size()) * 4 + sizeof(StateTokens);
    tokens_[state] = walked;
    return walked;
  }
  return tokens;
}

std::shared_ptr<const StateTokens> TokenGrammar::Walk(int32_t state) const {
  if (recognizer_.num_transitions() > kMaxTransitions) recognizer_.Keep({});
  auto tokens = std::make_shared<StateTokens>();
  std::vector<int32_t> at_depth;
  int64_t work = kMaxWalkWork;
  const size_t few = static_cast<size_t>(trie_->vocab_size()) / 32;  // a list takes as much memory as the bits
  TokenMask mask;
  WalkTrie(*trie_, -1, recognizer_, recognizer_.Alone(state), at_depth, work, [&](int32_t node, int32_t situation) {
    const auto here = trie_->TokensAt(node);
    tokens->ids.insert(tokens->ids.end(), here.begin(), here.end());
    if (tokens->ids.size() > few) {
      if (mask.words().empty()) mask = TokenMask(trie_->vocab_size());
      for (const int32_t id : tokens->ids) mask.Set(id);
      tokens->ids.clear();
    }
    if (recognizer_.complete(situation) && trie_->node(node).subtree_end > node + 1) tokens->ends.push_back(node);
  });
  if (!mask.words().empty()) {
    for (const int32_t id : tokens->ids) mask.Set(id);
    tokens->bits.assign(mask.words().begin(), mask.words().end());
    tokens->ids.clear();
  }
  tokens->ids.shrink_to_fit();
  tokens->ends.shrink_to_fit();
  return tokens;
}

}  // namespace r1
