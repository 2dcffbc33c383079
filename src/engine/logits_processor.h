// Edits a sequence's logits before sampling. Logprobs are taken from the unedited ones.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/sampling_params.h"

namespace r1 {

// Belongs to one sequence and may keep state about its tokens.
class LogitsProcessor {
 public:
  virtual ~LogitsProcessor() = default;
  // logits: [V] before temperature. Minus infinity forbids a token; forbidding all of them is an error of the processor.
  virtual void Process(std::span<float> logits) = 0;
  // Called once for every generated token that it applies to, in order. Not called for guesses that were wrong (speculation).
  virtual void Accept(int32_t token_id) = 0;
  // false: it begins behind the thinking, and neither sees nor edits what comes before (a grammar of the answer). Before a model
  // that opens its thinking itself it would begin at once; with it belongs SamplingParams::thinking on or off.
  virtual bool applies_in_thinking() const { return true; }
};

// Logit bias, then the penalties. For a token that occurs in prompt or completion, l > 0 ? l / repetition : l * repetition; then,
// for one generated c times, l - c * frequency - presence.
class PenaltyProcessor : public LogitsProcessor {
 public:
  PenaltyProcessor(std::shared_ptr<const SamplingParams> params, std::span<const int32_t> prompt);
  void Process(std::span<float> logits) override;
  void Accept(int32_t token_id) override;

 private:
  struct TokenCount {
    int32_t token_id;
    int32_t num_generated;
  };
  TokenCount& CountOf(int32_t token_id);

  std::shared_ptr<const SamplingParams> params_;
  std::vector<TokenCount> counts_;  // by token id; every token of prompt and completion once
};

}  // namespace r1
