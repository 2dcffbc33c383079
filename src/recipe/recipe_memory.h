// Whether a recipe can run on this machine, before it has written anything.
#pragma once

#include "recipe/recipe.h"
#include "train/memory_plan.h"

namespace r1 {

// The model that the first stage trains: the recipe's own shape with `vocab_size` tokens, or that of the folder it starts from.
ModelConfig FirstModelConfig(const Recipe& recipe, int64_t vocab_size);

// Of the stage that takes most, for a first model of that shape.
MemoryPlan PlanRecipeMemory(const Recipe& recipe, const ModelConfig& config, int num_threads);

// Throws kResourceExhausted if the plan is larger than the memory that is left.
void RequireRecipeMemory(const Recipe& recipe, int num_threads);

}  // namespace r1
