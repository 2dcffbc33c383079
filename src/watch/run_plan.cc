#include "watch/run_plan.h"

#include <algorithm>

#include "recipe/recipe.h"
#include "recipe/toml.h"

namespace r1 {
namespace {

constexpr size_t kMostStages = 64;
constexpr int64_t kMostSteps = int64_t{1} << 40;

const ConfigValue* FindIn(const ConfigValue* table, const char* key) { return table == nullptr ? nullptr : table->Find(key); }

std::string TextIn(const ConfigValue* table, const char* key) {
  const ConfigValue* value = FindIn(table, key);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->data);
  return text == nullptr ? "" : *text;
}

int64_t NumberIn(const ConfigValue* table, const char* key, int64_t missing) {
  const ConfigValue* value = FindIn(table, key);
  const auto* number = value == nullptr ? nullptr : std::get_if<int64_t>(&value->data);
  return number == nullptr ? missing : std::clamp<int64_t>(*number, 0, kMostSteps);
}

StagePlan PlanOf(const ConfigValue& stage) {
  const StageRecipe defaults;
  StagePlan plan{.name = TextIn(&stage, "name"), .kind = TextIn(&stage, "kind")};
  if (plan.kind != "grpo") plan.kind = "pretrain";
  const ConfigValue *pretrain = FindIn(&stage, "pretrain"), *grpo = FindIn(&stage, "grpo");
  if (plan.kind == "grpo") {
    plan.steps = NumberIn(grpo, "steps", defaults.grpo.steps);
  } else {
    const int64_t tokens_per_step = NumberIn(pretrain, "tokens_per_step", defaults.pretrain.tokens_per_step);
    const int64_t tokens = NumberIn(pretrain, "tokens", defaults.pretrain.tokens);
    if (tokens_per_step > 0) plan.steps = (tokens + tokens_per_step - 1) / tokens_per_step;
  }
  return plan;
}

}  // namespace

int64_t RunPlan::TotalSteps() const {
  int64_t total = 0;
  for (const StagePlan& stage : stages) total += stage.steps;
  return total;
}

RunPlan ParseRunPlan(const std::string& text, const std::string& path) {
  const ConfigValue recipe = ParseToml(text, path);
  RunPlan plan{.name = TextIn(&recipe, "name"), .description = TextIn(&recipe, "description"), .stages = {}};
  const ConfigValue* stages = recipe.Find("stages");
  if (stages == nullptr || !stages->IsArray()) return plan;
  for (const ConfigValue& stage : std::get<ConfigValue::Array>(stages->data))
    if (plan.stages.size() < kMostStages) plan.stages.push_back(PlanOf(stage));
  return plan;
}

}  // namespace r1
