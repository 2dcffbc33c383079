// A model loaded only to run: matrices stay in the element types of their file (ops/stored_weight.h), packed once for this
// machine's kernels, and take about the file's size; the file's pages are let go as soon as they are packed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "checkpoint/model_files.h"
#include "model/model.h"

namespace r1 {

struct InferenceMemory;

struct InferenceOptions {
  uint64_t kv_bytes = 0;          // of the cache that will be made, at most, to be planned for
  int64_t kv_sequences = 0;       // that it is made for: no more than they can fill is taken; 0: not known
  KvType kv_type = KvType::kF32;  // what the model computes with
  ops::StoredWeight::Format weights = ops::StoredWeight::Format::kFile;
  // Told before anything is loaded; available: what the machine has left, 0 if that is not known.
  std::function<void(const InferenceMemory& memory, uint64_t available)> on_plan;
};

// Bytes of memory that running a model takes.
struct InferenceMemory {
  uint64_t weights = 0;  // packed
  uint64_t kv = 0;       // the KV cache, as the caller plans it
  uint64_t scratch = 0;  // activations and logits
  uint64_t Total() const { return weights + kv + scratch; }
  std::string Describe() const;  // "1.9 GB: weights 1.6 GB, KV cache 0.2 GB, scratch 0.1 GB"
};
InferenceMemory PlanInferenceMemory(const ModelFiles& files, const InferenceOptions& options);

// Reads a folder or a .gguf file. Logs the memory it is going to take, and throws kResourceExhausted if the machine does not have
// it; otherwise as LoadModel. The model's kernels are those of `runtime`. It cannot be trained or saved.
std::unique_ptr<Model> LoadModelForInference(const std::string& path, Runtime& runtime, const InferenceOptions& options = {});

}  // namespace r1
