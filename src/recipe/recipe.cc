#include "recipe/recipe.h"

#include <cctype>
#include <set>

#include "base/error.h"
#include "data/prompt_template.h"
#include "recipe/toml.h"

namespace r1 {

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
  return config;
}

void Recipe::Validate() const {
  Require(!stages.empty(), "stages: a recipe needs at least one [[stages]] table");
  Require(tokenizer.vocab_size >= 64 && tokenizer.vocab_size <= 1 << 20, "tokenizer.vocab_size must be in 64..1048576, got ", tokenizer.vocab_size);
  Require(tokenizer.training_documents >= 100, "tokenizer.training_documents must be at least 100, got ", tokenizer.training_documents);
  Require(checkpoint_every_s >= 0, "checkpoint_every_s must not be negative, got ", checkpoint_every_s);
  Require(keep_checkpoints >= 1, "keep_checkpoints must be at least 1, got ", keep_checkpoints);
  model.ToModelConfig(tokenizer.vocab_size).Validate();
  FindPromptTemplate(prompt_template);
  std::set<std::string> names;
  for (const StageRecipe& stage : stages) {
    bool plain = !stage.name.empty();
    for (char c : stage.name) plain = plain && (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_');
    Require(plain, "stages: name must be letters, digits, - and _, got \"", stage.name, "\"");
    Require(names.insert(stage.name).second, "stages: two stages are named \"", stage.name, "\"");
    if (stage.kind == StageKind::kGrpo) {
      Require(!tasks.empty(), "tasks: stage \"", stage.name, "\" needs at least one [[tasks]] table");
    }
  }
}

Recipe LoadRecipe(const std::string& path, const std::vector<std::string>& overrides) {
  Recipe recipe;
  ReadFields(LoadToml(path), recipe, ConfigPlace{path, ""});
  for (const std::string& assignment : overrides) SetField(recipe, assignment);
  ValidateFields(recipe);
  return recipe;
}

}  // namespace r1
