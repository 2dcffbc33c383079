#include "recipe/recipe_memory.h"

#include <algorithm>

#include "base/error.h"
#include "base/machine.h"
#include "base/progress.h"
#include "model/load.h"
#include "recipe/model_folder.h"

namespace r1 {

ModelConfig FirstModelConfig(const Recipe& recipe, int64_t vocab_size) {
  const std::string& folder = recipe.stages.front().start_from;
  return folder.empty() ? recipe.model.ToModelConfig(vocab_size) : ModelConfigFromHf(LoadHfConfig(FindFolderToTrain(folder)));
}

MemoryPlan PlanRecipeMemory(const Recipe& recipe, const ModelConfig& config, int num_threads) {
  MemoryPlan plan;
  for (const StageRecipe& stage : recipe.stages) {
    const int64_t tokens =
        std::min(stage.pretrain.tokens_per_step, MicroBatchTokens(stage.pretrain.max_tokens_per_micro_batch, config, num_threads));
    const MemoryPlan candidate = stage.kind == StageKind::kGrpo ? PlanGrpoMemory(config, stage.grpo, num_threads)
                                                                : PlanTrainingMemory(config, tokens, tokens);
    if (candidate.Total() > plan.Total()) plan = candidate;
  }
  return plan;
}

void RequireRecipeMemory(const Recipe& recipe, int num_threads) {
  const MemoryPlan plan = PlanRecipeMemory(recipe, FirstModelConfig(recipe, recipe.tokenizer.vocab_size), num_threads);
  const auto available = static_cast<int64_t>(AvailableMemoryBytes());
  if (available > 0 && plan.Total() > available)
    Fail(ErrorCode::kResourceExhausted, "training takes ", plan.Describe(), "; this machine has ",
         FormatQuantity(static_cast<double>(available)),
         "B left. Fewer max_tokens_per_micro_batch or max_completion_tokens, or a smaller model, would fit");
}

}  // namespace r1
