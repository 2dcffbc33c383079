// The engine that samples a GRPO stage's completions: room for a whole rollout at once, since sequences are short and the largest
// batch is the fastest. Sequences that outgrow it are computed again (engine/scheduler.h), which changes no bit.
#pragma once

#include <cstdint>

#include "engine/engine.h"
#include "model/model_config.h"
#include "train/grpo_config.h"

namespace r1 {

EngineConfig RolloutEngineConfig(const GrpoConfig& config, const ModelConfig& model);
int64_t RolloutCacheBytes(const GrpoConfig& config, const ModelConfig& model);  // its KV cache, kept during updates too

}  // namespace r1
