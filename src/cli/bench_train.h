// How fast a model trains: pre-training steps as a fraction of the multiply-adds that this machine can do at the same moment, one
// whole GRPO step with its phases, and the memory both take beside what was planned.
#pragma once

#include <cstdint>

#include "model/model_config.h"
#include "ops/exec_context.h"
#include "train/memory_plan.h"
#include "train/step_metrics.h"

namespace r1 {

struct TrainBenchOptions {
  int64_t tokens_per_step = 4096;
  int64_t document_tokens = 128;
  int64_t steps = 24;
  int64_t prompts = 32, group_size = 16, completion_tokens = 96;
  int grpo_steps = 3;
};

struct PretrainBenchResult {
  double step_s = 0;        // median
  double tokens_per_s = 0;  // median
  double ceiling = 0;       // GFLOP/s of bare multiply-adds in f32, median
  double fraction = 0;      // median of 6 FLOPs per parameter a token / the ceiling probed right before the step
  MemoryPlan plan;
  int64_t peak_bytes = 0;  // most the allocator had out
};

struct GrpoBenchResult {
  StepMetrics metrics;  // of the step with the median time; time/* are its phases
  int64_t completion_tokens = 0;
  MemoryPlan plan;         // of the update; the rollout's cache is not in it
  int64_t peak_bytes = 0;  // weights, update and cache
};

// Random weights on documents of random tokens.
PretrainBenchResult BenchPretrain(Runtime& runtime, const ModelConfig& config, const TrainBenchOptions& options);
// Random weights on questions of the tasks; completions have all `completion_tokens`, as no end token is known, and no group is
// dropped. The vocabulary is a tokenizer's trained for the purpose: config.vocab_size is how large it may be.
GrpoBenchResult BenchGrpo(Runtime& runtime, const ModelConfig& config, const TrainBenchOptions& options);

}  // namespace r1
