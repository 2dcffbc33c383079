#include "engine/grammar_processor.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace r1 {

GrammarProcessor::GrammarProcessor(std::shared_ptr<const TokenGrammar> grammar, std::vector<int32_t> end_ids,
                                   std::optional<int32_t> begin_after)
    : matcher_(std::move(grammar), end_ids), end_ids_(std::move(end_ids)), begin_after_(begin_after) {
  Require(!end_ids_.empty(), "grammar: a completion needs a token to end with");
}

void GrammarProcessor::Process(std::span<float> logits) {
  constexpr float kForbidden = -std::numeric_limits<float>::infinity();
  if (begin_after_) return;
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
      if ((word >> i & 1) == 0) logits[begin + i] = kForbidden;
  }
}

void GrammarProcessor::Accept(int32_t token_id) {
  if (begin_after_) {
    if (token_id == *begin_after_) begin_after_.reset();
    return;
  }
  if (!ended_) ended_ = !matcher_.Accept(token_id) || matcher_.finished();
}

}  // namespace r1
