// Model folders: Hugging Face's files plus r1.toml, which says how the model wants to be asked.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "data/dataset.h"
#include "model/model.h"
#include "text/tokenizer.h"

namespace r1 {

struct ModelCard {
  std::string prompt_template = "r1_zero";
  int64_t max_completion_tokens = 256;
  std::vector<TaskShare> tasks;
  static constexpr auto Fields() {
    using C = ModelCard;
    return std::tuple{Field{"prompt_template", &C::prompt_template, "how questions are put to the model"},
                      Field{"max_completion_tokens", &C::max_completion_tokens, "longest completion it was trained on"},
                      Field{"tasks", &C::tasks, "what it was trained on, for r1 eval"}};
  }
};

// Writes the folder atomically; transformers and converters open it.
void SaveModelFolder(const std::string& dir, const Model& model, const Tokenizer& tokenizer, const ModelCard& card);

// r1.toml of a folder, or what a GGUF file that was made of one keeps of it. `Find`: nothing where there is none; `Read`: then the
// defaults.
std::optional<ModelCard> FindModelCard(const std::string& dir);
ModelCard ReadModelCard(const std::string& dir);

// `path` itself if it is a .gguf file or holds one or a config.json, or the last stage of the run in it, or what `r1 pull`
// downloaded under that name. Throws kNotFound.
std::string FindModelFolder(const std::string& path);
// The same for a model to train, whenever it is asked for: no GGUF file, whose weights are too coarse, and no run, whose last stage
// may be another one by the time that a training is resumed. Throws kNotFound, and kInvalidArgument for these two.
std::string FindFolderToTrain(const std::string& path);

}  // namespace r1
