#include "recipe/run_state.h"

#include <cstring>

#include "base/error.h"
#include "base/format.h"
#include "base/sha256.h"
#include "model/load.h"
#include "recipe/task_data.h"
#include "recipe/toml.h"

namespace r1 {
namespace {

constexpr int64_t kFormat = 1;
// In a run's hash, for whatever size it has, which changes no bit. Not the default, which may change: the hash must not.
constexpr int64_t kAnyMicroBatch = 8192;

std::vector<NamedTensor> Moments(const Model& model, AdamW& optimizer) {
  std::vector<NamedTensor> tensors;
  const auto& all = model.parameters().all();
  for (size_t i = 0; i < all.size(); ++i) {
    tensors.push_back({all[i]->name + ".m", optimizer.first_moments()[i]});
    tensors.push_back({all[i]->name + ".v", optimizer.second_moments()[i]});
  }
  return tensors;
}

void CopyTensor(const SafetensorsFile& file, const std::string& name, Tensor& to, const std::string& what) {
  const Tensor from = file.Get(name);
  if (from.shape() != to.shape() || from.dtype() != to.dtype())
    Fail(ErrorCode::kDataLoss, what, ": tensor ", name, " must be ", to.shape(), ", got ", from.shape());
  std::memcpy(to.raw(), from.raw(), to.bytes());
}

}  // namespace

std::string RunPaths::Rollouts(int64_t step) const {
  return root + Format("/rollouts/step-%06lld.safetensors", static_cast<long long>(step));
}

std::string ResultSettings(const Recipe& recipe) {
  const Recipe defaults;
  Recipe r = recipe;
  r.name = defaults.name;
  r.description = defaults.description;
  r.evaluation = defaults.evaluation;
  r.checkpoint_every_s = defaults.checkpoint_every_s;
  r.keep_checkpoints = defaults.keep_checkpoints;
  r.keep_rollouts = defaults.keep_rollouts;
  for (StageRecipe& stage : r.stages) {
    stage.pretrain.max_tokens_per_micro_batch = stage.grpo.max_tokens_per_micro_batch = kAnyMicroBatch;
  }
  std::string text = ToTomlText(WriteFields(r));
  // Runs that began before there was this setting go on without it.
  const std::string unset = "compute_dtype = \"auto\"\n";
  if (const size_t at = text.find(unset); at != std::string::npos) text.erase(at, unset.size());
  return text;
}

std::string ConfigHash(const Recipe& recipe) { return Sha256Hex(ResultSettings(recipe) + TaskDataHashes(recipe.tasks)); }

void SaveCheckpoint(const RunPaths& paths, const RunState& state, const Model& model, const Tokenizer& tokenizer, AdamW* optimizer,
                    const Model* reference, int64_t keep) {
  CheckpointWriter writer(StepCheckpointDir(paths.Checkpoints(), state.step));
  AddModelFiles(writer, model);
  for (const auto& [name, contents] : TokenizerFiles(tokenizer)) writer.AddText(name, contents);
  if (optimizer) writer.AddTensors("optimizer.safetensors", Moments(model, *optimizer));
  if (reference) writer.AddTensors("reference.safetensors", NamedWeights(*reference));
  writer.AddText("state.toml", ToTomlText(WriteFields(state)));
  writer.Commit();
  PruneCheckpoints(paths.Checkpoints(), keep);
}

RunState ReadRunState(const CheckpointReader& checkpoint) {
  RunState state;
  const std::string what = checkpoint.Path("state.toml");
  ReadFields(ParseToml(checkpoint.ReadText("state.toml"), what), state, ConfigPlace{what, ""});
  if (state.format != kFormat) Fail(ErrorCode::kDataLoss, what, ": format must be ", kFormat, ", got ", state.format);
  return state;
}

void LoadCheckpointTensors(const CheckpointReader& checkpoint, Model& model, AdamW* optimizer, Model* reference) {
  LoadWeights(checkpoint.Path("model.safetensors"), model);
  if (reference) LoadWeights(checkpoint.Path("reference.safetensors"), *reference);
  if (!optimizer) return;
  const SafetensorsFile file = checkpoint.Tensors("optimizer.safetensors");
  const auto& all = model.parameters().all();
  for (size_t i = 0; i < all.size(); ++i) {
    CopyTensor(file, all[i]->name + ".m", optimizer->first_moments()[i], checkpoint.Path("optimizer.safetensors"));
    CopyTensor(file, all[i]->name + ".v", optimizer->second_moments()[i], checkpoint.Path("optimizer.safetensors"));
  }
}

}  // namespace r1
