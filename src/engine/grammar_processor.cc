#include "engine/grammar_processor.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"

namespace r1 {

GrammarProcessor::GrammarProcessor(std::shared_ptr<const TokenGrammar> grammar, std::vector<int32_t> end_ids, GrammarStart start)
    : matcher_(std::move(grammar), end_ids), end_ids_(std::move(end_ids)), start_(start) {
  Require(!start_.opening || start_.after_thinking, "grammar: thinking that may be opened belongs before it");
  Require(!end_ids_.empty(), "grammar: a completion needs a token to end with");
}

void GrammarProcessor::Process(std::span<float> logits) {
  constexpr float kForbidden = -std::numeric_limits<float>::infinity();
  if (start_.after) return;
  if (ended_) {
    for (size_t id = 0; id < logits.size(); ++id)
      if (std::find(end_ids_.begin(), end_ids_.end(), static_cast<int32_t>(id)) == end_ids_.end()) logits[id] = kForbidden;
    return;
  }
  const std::span<const uint64_t> words = matcher_.Allowed().words();
  for (size_t begin = 0; begin < logits.size(); begin += 64) {
    const uint64_t word = begin / 64 < words.size() ? words[begin / 64] : 0;
    if (word == ~uint64_t{0}) continue;
    const size_t count = std::min<size_t>(64, logits.size() - begin);
    for (size_t i = 0; i < count; ++i)
      if ((word >> i & 1) == 0 && static_cast<int32_t>(begin + i) != start_.opening) logits[begin + i] = kForbidden;
  }
}

void GrammarProcessor::Accept(int32_t token_id) {
  if (std::exchange(start_.opening, {}) == token_id) return;
  if (start_.after) {
    if (token_id == *start_.after) start_.after.reset();
    return;
  }
  if (!ended_) ended_ = !matcher_.Accept(token_id) || matcher_.finished();
}

}  // namespace r1
