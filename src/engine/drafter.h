// Guesses the next tokens of sequences that decode (speculative decoding). The engine computes the guesses together with the last
// token and draws from their logits one position after the other, exactly as it would have without them; the first token that
// differs from its guess ends the step. A logprob does not depend on the batch (docs/numerics.md), so guesses change no bit of any
// completion, at any temperature, and a wrong one costs time only.
//   Leviathan et al. 2023, https://arxiv.org/abs/2211.17192, with the acceptance rule made exact: same random number, same token.
#pragma once

#include <cstdint>
#include <span>

#include "engine/sequence.h"

namespace r1 {

class Drafter {
 public:
  virtual ~Drafter() = default;

  struct Ask {
    Sequence* sequence;
    int64_t most;  // longest draft, at least 1
  };
  // Fills draft_ids of each sequence, perhaps with nothing.
  virtual void Propose(std::span<const Ask> asks) = 0;
  // The sequence has ended or its id is unknown.
  virtual void Forget(SequenceId id) = 0;
};

}  // namespace r1
