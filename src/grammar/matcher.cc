#include "grammar/matcher.h"

#include <algorithm>
#include <bit>

#include "base/error.h"

namespace r1 {
namespace {

constexpr size_t kMaxMasks = 64;             // 19 KB each at a vocabulary of 151,936
constexpr size_t kMaxTransitions = 1 << 18;  // before what cannot be come back to is dropped; 32 bytes each

}  // namespace

GrammarMatcher::GrammarMatcher(std::shared_ptr<const TokenGrammar> grammar, std::vector<int32_t> end_ids)
    : grammar_(std::move(grammar)),
      end_ids_(std::move(end_ids)),
      recognizer_(grammar_->grammar()),
      situation_(recognizer_.start()) {
  for (const int32_t id : end_ids_)
    Require(id >= 0 && id < grammar_->trie().vocab_size(), "grammar: end token ", id, " is not in the vocabulary");
}

bool GrammarMatcher::IsEnd(int32_t id) const { return std::find(end_ids_.begin(), end_ids_.end(), id) != end_ids_.end(); }

const TokenMask& GrammarMatcher::Allowed() {
  Trim();
  const int32_t key = finished_ ? Recognizer::kDead : situation_;
  if (const auto it = masks_.find(key); it != masks_.end()) return it->second;
  if (masks_.size() >= kMaxMasks) masks_.clear();
  const TokenTrie& trie = grammar_->trie();
  TokenMask mask(trie.vocab_size());
  if (finished_) return masks_.emplace(key, std::move(mask)).first->second;
  const auto span = recognizer_.items(situation_);
  const std::vector<IntPair> items(span.begin(), span.end());  // the recognizer grows below
  int64_t work = kMaxWalkWork;
  for (const auto& [state, stack] : items) {
    const auto tokens = grammar_->TokensOf(state);
    tokens->AddTo(mask);
    if (tokens->ends.empty()) continue;
    const int32_t after = recognizer_.AfterReturn(stack);
    if (after == Recognizer::kDead) continue;
    for (const int32_t node : tokens->ends)
      WalkTrie(trie, node, recognizer_, after, at_depth_, work, [&](int32_t at, int32_t) {
        for (const int32_t id : trie.TokensAt(at)) mask.Set(id);
      });
  }
  for (const int32_t id : end_ids_) mask.Clear(id);
  const bool stuck = std::ranges::all_of(mask.words(), [](uint64_t word) { return word == 0; });
  if (complete() || stuck)
    for (const int32_t id : end_ids_) mask.Set(id);
  return masks_.emplace(key, std::move(mask)).first->second;
}

bool GrammarMatcher::Accept(int32_t id) {
  if (finished_ || id < 0 || id >= grammar_->trie().vocab_size()) return false;
  Trim();
  int32_t next = situation_;
  if (IsEnd(id)) {
    if (!complete() && !Allowed().Test(id)) return false;
    finished_ = true;
  } else {
    const std::string& bytes = grammar_->trie().Bytes(id);
    next = bytes.empty() ? Recognizer::kDead : recognizer_.Step(situation_, bytes);
    if (next == Recognizer::kDead) return false;
  }
  history_.push_back(situation_);
  if (history_.size() > static_cast<size_t>(kMaxRollback)) history_.pop_front();
  situation_ = next;
  return true;
}

void GrammarMatcher::Rollback(int64_t num_tokens) {
  Require(num_tokens >= 0 && num_tokens <= static_cast<int64_t>(history_.size()), "grammar: cannot take back ", num_tokens,
          " tokens, only ", history_.size());
  if (num_tokens == 0) return;
  const size_t left = history_.size() - static_cast<size_t>(num_tokens);
  situation_ = history_[left];
  history_.resize(left);
  finished_ = false;
}

std::string GrammarMatcher::ForcedBytes(size_t max_bytes) {
  std::string forced;
  Trim();
  int32_t at = situation_;
  while (!finished_ && forced.size() < max_bytes && !recognizer_.complete(at)) {
    int only = -1;
    for (const IntPair& item : recognizer_.items(at))
      for (const ByteEdge& edge : grammar_->grammar().ByteEdges(item.first)) {
        if (edge.first != edge.last || (only >= 0 && only != edge.first)) return forced;
        only = edge.first;
      }
    if (only < 0 || static_cast<char>(only) == kControlTokenMark) return forced;
    forced += static_cast<char>(only);
    at = recognizer_.Step(at, static_cast<uint8_t>(only));
  }
  return forced;
}

// Situations that the rollback cannot come back to are dropped when they have become many.
void GrammarMatcher::Trim() {
  if (recognizer_.num_transitions() < kMaxTransitions) return;
  std::vector<int32_t*> kept = {&situation_};
  for (int32_t& situation : history_) kept.push_back(&situation);
  recognizer_.Keep(kept);
  masks_.clear();
}

}  // namespace r1
