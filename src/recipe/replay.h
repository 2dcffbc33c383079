// One token of a stored rollout, computed again: what the sampler said, what the trainer says, and what the token did to the loss.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "recipe/pipeline.h"

namespace r1 {

struct ReplayOptions {
  std::string run;
  int64_t step = 0;         // of the run, from 1
  int64_t completion = -1;  // in the step, from 0; -1: `token` counts over all completions of the step
  int64_t token = 0;        // from 0
  int threads = 0;
};

struct ReplayedToken {
  std::string stage;
  int64_t step = 0, prompt = 0, completion = 0, token = 0;  // token: in its completion
  std::string question, before, text, after;                // the completion around the token
  int32_t token_id = 0;
  float stored_logprob = 0, logprob = 0;  // the sampler's, and the trainer's under the same weights
  bool same_bits = false;
  std::vector<std::pair<int32_t, float>> alternatives;  // the five most likely tokens and their log-probabilities
  std::vector<std::string> alternative_texts;

  // The update. A group whose rewards are all equal may be in none of a step's updates: weight 0.
  float reward = 0, advantage = 0;
  int64_t update = -1;       // which of the step's updates the token was in; -1: none
  float update_logprob = 0;  // log-probability under the weights which that update started from
  double ratio = 1;
  bool clipped = false;
  bool has_reference = false;
  float ref_logprob = 0;
  double k3 = 0, kl_coef = 0;
  double weight = 0;    // w_t of train/grpo_loss.h
  double loss = 0;      // weight * (policy term + kl_coef * k3)
  double gradient = 0;  // d loss / d logprob
};

// Runs the steps that are missing, in memory, and recomputes the token. Throws kNotFound or kInvalidArgument naming the valid range
// for a run, step, completion or token that does not exist.
ReplayedToken Replay(const ReplayOptions& options, Terminal terminal);

}  // namespace r1
