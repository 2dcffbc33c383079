#include "engine/ngram_drafter.h"

#include <algorithm>

namespace r1 {
namespace {

constexpr int kShortestMatch = 3;
constexpr int64_t kLongestMatch = 32;  // longer ones are not told apart
// A guess that is looked up costs a row of the step and nothing else.
constexpr float kWorthwhile = 0.25f;

}  // namespace

void NgramDrafter::Propose(std::span<const Ask> asks) {
  for (const Ask& ask : asks) {
    Sequence& sequence = *ask.sequence;
    NgramIndex& index = indexes_.try_emplace(sequence.id, kShortestMatch).first->second;
    index.Extend(sequence.token_ids);
    const NgramIndex::Match match = index.LongestMatch(sequence.token_ids, kLongestMatch);
    if (match.length == 0) continue;
    const int64_t length = sequence.pace.Length(kWorthwhile, ask.most);
    // A match that reaches the end of the list goes on with the guesses themselves: the text is periodic.
    for (int64_t i = 0; i < length; ++i) {
      const int64_t at = match.end + i;
      sequence.draft_ids.push_back(sequence.TokenAt(at));
    }
  }
}

}  // namespace r1
