// The engine that samples a GRPO stage's completions: as many at a time as have their keys and values near, group after group.
// Sequences that outgrow it are computed again (engine/scheduler.h). Neither changes a bit.
#pragma once

#include <cstdint>

#include "engine/engine.h"
#include "model/model_config.h"
#include "train/grpo_config.h"

namespace r1 {

inline constexpr int64_t kPromptTokens = 64;  // what is planned for a prompt; a group shares its own

EngineConfig RolloutEngineConfig(const GrpoConfig& config, const ModelConfig& model, int num_threads);
// Tokens that a prompt and its completion can have together: the model's context, or what there is room for.
int64_t RolloutContext(const GrpoConfig& config, const ModelConfig& model, int num_threads);
int64_t RolloutCacheBytes(const GrpoConfig& config, const ModelConfig& model, int num_threads);  // kept during updates too

}  // namespace r1
