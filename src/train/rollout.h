// The completions of one step with everything the update needs to know about them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/example.h"
#include "reward/combine.h"

namespace r1 {

// One completion.
struct Rollout {
  std::vector<int32_t> token_ids;
  std::vector<float> sampler_logprobs;  // under softmax(logits / temperature), as sampled; the old policy's, to the bit
  std::vector<float> ref_logprobs;      // empty without a reference model
  std::vector<float> entropies;
  std::string text;
  bool finished = false;  // ended with the end token
  CombinedResult reward;
  float advantage = 0;
};

struct RolloutGroup {
  Example example;
  std::vector<int32_t> prompt_ids;
  std::vector<Rollout> rollouts;
};

struct RolloutBatch {
  std::vector<RolloutGroup> groups;
  int64_t weights_version = 0;

  int64_t NumCompletions() const {
    int64_t n = 0;
    for (const RolloutGroup& g : groups) n += static_cast<int64_t>(g.rollouts.size());
    return n;
  }
  int64_t NumCompletionTokens() const {
    int64_t n = 0;
    for (const RolloutGroup& g : groups)
      for (const Rollout& r : g.rollouts) n += static_cast<int64_t>(r.token_ids.size());
    return n;
  }
};

}  // namespace r1
