// How much memory a training step will take, before it is taken.
#pragma once

#include <cstdint>
#include <string>

#include "model/model_config.h"
#include "train/grpo_config.h"

namespace r1 {

struct MemoryPlan {
  int64_t parameters = 0;
  int64_t state_bytes = 0;       // weights, gradients and two moments: 16 bytes a parameter; tied heads keep one more gradient
  int64_t reference_bytes = 0;   // weights of the reference model
  int64_t cache_bytes = 0;       // the KV cache of rollouts
  int64_t rollout_bytes = 0;     // of a step's completions, outside of the tensors; about
  int64_t activation_bytes = 0;  // kept for the backward pass, and the most that lives beside them
  int64_t tokens = 0;
  int64_t Total() const { return state_bytes + reference_bytes + cache_bytes + rollout_bytes + activation_bytes; }
  std::string Describe() const;  // "12.3 MB = 16 B x 0.77M parameters + 9.8 MB activations of 4096 tokens"
};

// tokens: rows of the largest micro-batch; targets: tokens predicted in it.
MemoryPlan PlanTrainingMemory(const ModelConfig& config, int64_t tokens, int64_t targets);
// The same for updates of a GRPO stage, with its reference model and the cache of its rollouts.
MemoryPlan PlanGrpoMemory(const ModelConfig& config, const GrpoConfig& grpo, int num_threads, int64_t tokens, int64_t targets);
// The same with what a step's completions take, for its largest micro-batch: as many tokens as one may have, or those of a single
// group whose completions are all as long as can be, if that is longer.
MemoryPlan PlanGrpoMemory(const ModelConfig& config, const GrpoConfig& grpo, int num_threads);

// What max_tokens_per_micro_batch means where it is 0: 4,096, or 512 a thread if the activations of so many are few.
int64_t MicroBatchTokens(int64_t max_tokens_per_micro_batch, const ModelConfig& config, int num_threads);

}  // namespace r1
