// Guesses with a smaller model of the same vocabulary. It has a cache of its own, and draws with the sequence's own parameters and
// random numbers: where the two models agree on the distribution they draw the same token, at any temperature.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/drafter.h"
#include "engine/model_runner.h"

namespace r1 {

class ModelDrafter : public Drafter {
 public:
  // `runtime` and `model` must outlive the drafter. num_blocks: of its cache. vocab_size: of the model that is guessed for; ids
  // that only one of the two models has end a draft.
  ModelDrafter(Runtime& runtime, const Model& model, int64_t num_blocks, int64_t vocab_size);

  void Propose(std::span<const Ask> asks) override;
  void Forget(SequenceId id) override;

 private:
  // A sequence as the small model sees it: the same tokens with the guesses behind them, other keys and values.
  struct Shadow {
    Sequence sequence;
    size_t num_taken = 0;  // tokens of the real sequence that were compared
    int64_t wanted = 0;    // guesses still to be made in this step
  };
  bool Follow(Shadow& shadow, const Ask& ask);
  void Prefill();
  void GuessOne();

  const Model& model_;
  int64_t vocab_size_;
  BlockManager blocks_;
  ModelRunner runner_;
  std::unordered_map<SequenceId, std::unique_ptr<Shadow>> shadows_;
  // Of one step, kept for their memory.
  std::vector<Shadow*> drafting_;
  ScheduledBatch batch_;
  std::vector<ModelRunner::Draw> draws_;
};

}  // namespace r1
