#include "recipe/model_folder.h"

#include <filesystem>

#include "base/error.h"
#include "checkpoint/model_files.h"
#include "checkpoint/training_checkpoint.h"
#include "hub/model_store.h"
#include "model/load.h"
#include "recipe/recipe.h"
#include "recipe/toml.h"

namespace r1 {

void SaveModelFolder(const std::string& dir, const Model& model, const Tokenizer& tokenizer, const ModelCard& card) {
  CheckpointWriter writer(dir);
  AddModelFiles(writer, model);
  for (const auto& [name, contents] : TokenizerFiles(tokenizer)) writer.AddText(name, contents);
  writer.AddText("r1.toml", ToTomlText(WriteFields(card)));
  writer.Commit();
}

std::optional<ModelCard> FindModelCard(const std::string& dir) {
  ModelCard card;
  const std::string path = dir + "/r1.toml";
  if (std::filesystem::exists(path)) {
    ReadFields(LoadToml(path), card, ConfigPlace{path, ""});
    return card;
  }
  const std::string gguf = FindGgufFile(dir);
  if (gguf.empty()) return std::nullopt;
  const std::unique_ptr<ModelFiles> files = ModelFiles::Open(gguf);
  const auto text = files->gguf_metadata()->String(kGgufModelCard);
  if (!text) return std::nullopt;
  const std::string place = StrCat(gguf, ": ", kGgufModelCard);
  ReadFields(ParseToml(*text, place), card, ConfigPlace{place, ""});
  return card;
}

ModelCard ReadModelCard(const std::string& dir) { return FindModelCard(dir).value_or(ModelCard()); }

std::string FindModelFolder(const std::string& path) {
  namespace fs = std::filesystem;
  if (fs::exists(path + "/config.json")) return path;
  if (!FindGgufFile(path).empty()) return path;
  if (!fs::exists(path)) {
    if (const auto stored = FindStoredModel(path)) return *stored;
    const bool name = ModelName::Parse(path).has_value();
    Fail(ErrorCode::kNotFound, path, ": no such folder", name ? "; `r1 pull` downloads a model of this name" : "");
  }
  if (fs::exists(path + "/recipe.toml")) {
    const Recipe recipe = ReadRecipe(path + "/recipe.toml");
    for (auto stage = recipe.stages.rbegin(); stage != recipe.stages.rend(); ++stage)
      if (fs::exists(path + "/stages/" + stage->name + "/config.json")) return path + "/stages/" + stage->name;
    const std::string checkpoints = path + "/checkpoints";
    const std::vector<int64_t> steps = ListCheckpointSteps(checkpoints);
    Fail(
        ErrorCode::kNotFound, path, ": no stage of this run is finished",
        steps.empty() ? ", and there is no checkpoint" : "; a checkpoint of it is " + StepCheckpointDir(checkpoints, steps.back()));
  }
  Fail(ErrorCode::kNotFound, path, ": neither a model (no config.json, no .gguf file) nor a run's (no recipe.toml)");
}

std::string FindFolderToTrain(const std::string& path) {
  const std::string folder = FindModelFolder(path);
  const bool is_run = folder != path && std::filesystem::exists(path + "/recipe.toml");
  Require(!is_run, path, ": a run; name one of its models, as ", folder);
  Require(std::filesystem::exists(folder + "/config.json"), path, ": a GGUF file is not trained; r1 convert makes a folder of it");
  return folder;
}

}  // namespace r1
