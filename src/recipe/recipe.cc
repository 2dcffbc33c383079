#include "recipe/recipe.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/bounds.h"
#include "base/error.h"
#include "data/prompt_template.h"
#include "model/registry.h"
#include "recipe/model_folder.h"
#include "recipe/toml.h"

namespace r1 {

namespace {

// What a folder under runs/ and a line of the terminal can be called.
bool IsOneLine(const std::string& name) {
  bool plain = !name.empty() && name != "." && name != "..";
  for (const char c : name) plain = plain && static_cast<unsigned char>(c) >= ' ' && c != 0x7f && c != '/';
  return plain;
}

void RequireModel(const StageRecipe& stage) {
  try {
    FindFolderToTrain(stage.start_from);
  } catch (const Error& error) {
    Fail(ErrorCode::kInvalidArgument, "stages: start_from of \"", stage.name,
         "\" must be an earlier stage or a model: ", error.what());
  }
}

// That something can be drawn, before hours of training rather than after.
void RequireDrawable(const Recipe& recipe, const StageRecipe& stage) {
  Require(!recipe.tasks.empty(), "tasks: stage \"", stage.name, "\" needs at least one [[tasks]] table");
  RequireSomeWeight(recipe.tasks);
  for (const TaskShare& share : recipe.tasks) {
    if (!recipe.curriculum.enabled || share.weight == 0 || !share.data.empty()) continue;
    const int64_t easiest = std::max(share.min_difficulty, FindTask(share.task).min_difficulty);
    Require(recipe.curriculum.first_difficulty >= easiest, "curriculum.first_difficulty must be at least ", easiest,
            ", the easiest that task ", share.task, " offers, got ", recipe.curriculum.first_difficulty);
  }
  Require(!recipe.curriculum.enabled || JudgingReward(stage.grpo.rewards).has_value(), "curriculum: stage \"", stage.name,
          "\" has no reward that tells how right answers are (accuracy, math, code, command)");
  // What no completion of such a prompt would be rewarded for, whatever its evaluations say.
  if (FindPromptTemplate(recipe.prompt_template).answer_style == AnswerStyle::kTags) return;
  for (const RewardSpec& reward : stage.grpo.rewards)
    Require(reward.weight == 0 || !FindReward(reward.name).reads_tags, "rewards: ", reward.name, " of stage \"", stage.name,
            "\" looks for <think> and <answer>, which prompt_template = \"", recipe.prompt_template,
            "\" does not ask for; take r1_zero, or the reward math");
}

// A stage without a kind is pre-training. One that has settings of reinforcement learning was meant to be something else.
void RequireKinds(const ConfigValue& toml, const Recipe& recipe, const std::string& path) {
  const ConfigValue* stages = toml.Find("stages");
  if (stages == nullptr || !stages->IsArray()) return;
  const auto& tables = std::get<ConfigValue::Array>(stages->data);
  for (size_t i = 0; i < std::min(tables.size(), recipe.stages.size()); ++i)
    if (const ConfigValue* grpo = tables[i].Find("grpo"); grpo != nullptr && tables[i].Find("kind") == nullptr)
      Require(recipe.stages[i].kind == StageKind::kGrpo, path, ":", tables[i].line,
              ": stages: `kind` is missing beside `grpo` (line ", grpo->line, "); for reinforcement learning say kind = \"grpo\"");
}

// --set stages.0.grpo.lr=... of a stage of another kind would change nothing. Tables are not asked: a saved recipe has both.
void RequireMatchingKind(const Recipe& recipe, const std::string& assignment) {
  for (size_t i = 0; i < recipe.stages.size(); ++i)
    for (const StageKind kind : {StageKind::kPretrain, StageKind::kGrpo})
      Require(kind == recipe.stages[i].kind || !assignment.starts_with(StrCat("stages.", i, ".", EnumToString(kind), ".")),
              "--set ", assignment, ": stage ", i, " (counted from 0), \"", recipe.stages[i].name, "\", is of kind ",
              EnumToString(recipe.stages[i].kind));
}

}  // namespace

ModelConfig ModelRecipe::ToModelConfig(int64_t vocab_size) const {
  ModelConfig config;
  config.architecture = architecture;
  config.vocab_size = vocab_size;
  config.hidden_size = hidden_size;
  config.intermediate_size = intermediate_size;
  config.num_layers = num_layers;
  config.num_heads = num_heads;
  config.num_kv_heads = num_kv_heads;
  config.head_dim = head_dim;
  config.max_position_embeddings = max_position_embeddings;
  config.rope_theta = rope_theta;
  config.tie_word_embeddings = tie_word_embeddings;
  config.initializer_range = initializer_range;
  config.gemm_type = GemmTypeOf(compute_dtype);
  return config;
}

void EvaluationRecipe::Validate() const {
  RequireRange("every_steps", every_steps, 0, 1'000'000'000);
  RequireRange("questions_per_task", questions_per_task, 1, 1'000'000);
  RequireRange("samples", samples, 1, 10'000);
  RequireRange("final_questions_per_task", final_questions_per_task, 1, 1'000'000);
  RequireRange("final_samples", final_samples, 1, 10'000);
  Require(temperature == 0 || (temperature >= 1e-6 && temperature <= 100), "temperature must be 0 or in 1e-06..100, got ",
          temperature);
  Require(top_p > 0 && top_p <= 1, "top_p must be above 0 and at most 1, got ", top_p);
}

void Recipe::Validate() const {
  Require(!stages.empty(), "stages: a recipe needs at least one [[stages]] table");
  Require(IsOneLine(name), "name must be one line without a slash, got \"", name, "\"");
  RequireRange("tokenizer.vocab_size", tokenizer.vocab_size, 64, 1 << 20);
  RequireRange("tokenizer.training_documents", tokenizer.training_documents, 100, 1'000'000);
  RequireRange("checkpoint_every_s", checkpoint_every_s, 0, 1e9);
  RequireRange("keep_checkpoints", keep_checkpoints, 1, 1'000'000);
  model.ToModelConfig(tokenizer.vocab_size).Validate();
  FindModelFamily(model.architecture);
  Require(model.initializer_range > 0 && model.initializer_range <= 10,
          "model.initializer_range must be above 0 and at most 10, got ", model.initializer_range);
  FindPromptTemplate(prompt_template);
  std::set<std::string> names;
  bool own_model = true;
  for (const StageRecipe& stage : stages) {
    bool plain = !stage.name.empty();
    for (char c : stage.name) plain = plain && (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_');
    Require(plain, "stages: name must be letters, digits, - and _, got \"", stage.name, "\"");
    Require(names.count(stage.name) == 0, "stages: two stages are named \"", stage.name, "\"");
    const bool from_folder = !stage.start_from.empty() && names.count(stage.start_from) == 0;
    if (from_folder) RequireModel(stage);
    names.insert(stage.name);
    own_model = own_model && !from_folder;  // another model has a context of its own
    if (own_model) {
      const bool grpo = stage.kind == StageKind::kGrpo;
      const int64_t longest =
          grpo ? stage.grpo.max_completion_tokens : std::min(stage.pretrain.max_document_tokens, stage.pretrain.tokens_per_step);
      Require(longest <= model.max_position_embeddings, "stages: ", grpo ? "max_completion_tokens" : "max_document_tokens",
              " of \"", stage.name, "\" must be at most model.max_position_embeddings = ", model.max_position_embeddings, ", got ",
              longest);
    }
    if (stage.kind == StageKind::kGrpo) RequireDrawable(*this, stage);
  }
}

Recipe ReadRecipe(const std::string& path) {
  Recipe recipe;
  ReadFields(LoadToml(path), recipe, ConfigPlace{path, ""});
  return recipe;
}

Recipe LoadRecipe(const std::string& path, const std::vector<std::string>& overrides) {
  const ConfigValue toml = LoadToml(path);
  Recipe recipe;
  ReadFields(toml, recipe, ConfigPlace{path, ""});
  for (const std::string& assignment : overrides) SetField(recipe, assignment);
  for (const std::string& assignment : overrides) RequireMatchingKind(recipe, assignment);
  RequireKinds(toml, recipe, path);
  ValidateFields(recipe);
  return recipe;
}

}  // namespace r1
