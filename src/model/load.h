// Models on disk: read from Hugging Face folders and GGUF files, written as config.json, generation_config.json and
// model.safetensors.
#pragma once

#include <memory>
#include <string>

#include "checkpoint/hf_config.h"
#include "checkpoint/model_files.h"
#include "checkpoint/training_checkpoint.h"
#include "model/model.h"

namespace r1 {

// What we compute from what the file says. Throws kInvalidArgument for a feature this build does not compute, naming it.
ModelConfig ModelConfigFromHf(const HfConfig& hf);
HfConfig HfConfigFromModel(const ModelConfig& config);

// Reads a folder with config.json and safetensors, or a .gguf file (checkpoint/model_files.h). Throws kNotFound, kDataLoss or
// kInvalidArgument naming the file and the tensor.
std::unique_ptr<Model> LoadModel(const std::string& path, std::shared_ptr<Allocator> allocator);

// What keys and values of a model on disk are rounded to where nobody trains or says otherwise: f32 if its weights are, else bf16.
KvType InferenceKvType(const std::string& path);

// Fills the weights of `model` from a safetensors file or folder.
void LoadWeights(const std::string& path, Model& model);

// Throws kDataLoss for a weight of `model` that the file lacks, kInvalidArgument for a tensor of the file that `model` has no place
// for: left out, its answers would be wrong.
void RequireAllWeightsAndNoOthers(const ModelFiles& files, const Model& model);

// The weights under their Hugging Face names.
std::vector<NamedTensor> NamedWeights(const Model& model);

// Adds the three files to a folder being written.
void AddModelFiles(CheckpointWriter& writer, const Model& model);

}  // namespace r1
