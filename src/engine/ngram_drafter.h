// Guesses by looking up: the text that followed when the last tokens stood there before, in the prompt or in the completion.
// Thinking repeats itself, answers repeat the thinking, and a question's names and numbers come again.
//   Saxena 2023, prompt lookup decoding, https://github.com/apoorvumang/prompt-lookup-decoding
#pragma once

#include <unordered_map>

#include "engine/drafter.h"
#include "engine/ngram_index.h"

namespace r1 {

class NgramDrafter : public Drafter {
 public:
  void Propose(std::span<const Ask> asks) override;
  void Forget(SequenceId id) override { indexes_.erase(id); }

 private:
  std::unordered_map<SequenceId, NgramIndex> indexes_;
};

}  // namespace r1
