#include "server/idle_prefill.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "model/kv_cache.h"

namespace r1 {

std::vector<int32_t> NextTurnPrefix(const ServedModel& served, const std::vector<ChatMessage>& messages, const ChatOptions& options,
                                    const ChatMessage& answer) {
  std::vector<ChatMessage> turn = messages;
  turn.push_back(answer);
  turn.push_back({.role = "user"});
  // Two questions that have nothing in common: what their prompts share is there whatever is asked.
  const auto with = [&](const char* question) {
    turn.back().content = question;
    return served.encode_chat(turn, options);
  };
  std::vector<int32_t> one = with("a"), other = with("0");
  const auto shared = std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first - one.begin();
  if (shared == 0) return {};
  one.resize(static_cast<size_t>(KvBlocks(shared) * kKvBlockSize), one.back());
  return one;
}

void IdlePrefill::Offer(std::vector<int32_t> prefix) {
  if (prefix.empty()) return;
  prefixes_.push_front({std::move(prefix)});
  if (prefixes_.size() > kMostPrefixes) prefixes_.pop_back();
}

std::vector<int32_t> IdlePrefill::NextPiece(const BlockManager& blocks) {
  CHECK(!prefixes_.empty());
  auto& [tokens, asked] = prefixes_.front();
  asked = std::max(blocks.CachedPrefix(tokens), asked) + kPieceTokens;
  if (static_cast<size_t>(asked) < tokens.size()) return {tokens.begin(), tokens.begin() + asked};
  std::vector<int32_t> last = std::move(tokens);
  prefixes_.pop_front();
  return last;
}

}  // namespace r1
