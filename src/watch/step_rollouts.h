// The rollouts of one step, kept because whoever looks at its table will look at its tokens next.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/tokenizer.h"
#include "train/rollout.h"

namespace r1 {

struct StepRollouts {
  int64_t step = -1;
  std::vector<int64_t> stored;  // steps that are stored, ascending
  RolloutBatch batch;
  std::vector<std::string> reward_names;
};

// Of the newest stored step up to `step`; step < 0: of the newest of all. `last` is what was read before. Throws kNotFound,
// kDataLoss.
StepRollouts ReadStepRollouts(const std::string& run, int64_t step, StepRollouts last);

// Everything for a table: at most 64 groups of at most 64 completions, texts of at most 4,000 bytes ("cut" says so).
std::string RolloutsTableJson(const StepRollouts& rollouts, const Tokenizer& tokenizer);

// [{"text", "logprob", "entropy"}]: pieces of text, in order; a token that ends inside a character has no text, the one
// that completes it has it whole. logprobs and entropies may be empty.
std::string TokensJson(const Tokenizer& tokenizer, const std::vector<int32_t>& ids, const std::vector<float>& logprobs,
                       const std::vector<float>& entropies);

}  // namespace r1
