// A Hugging Face folder: config.json, generation_config.json and weights in one safetensors file or in shards.
#pragma once

#include "checkpoint/model_files.h"
#include "checkpoint/safetensors.h"

namespace r1 {

class SafetensorsModel : public ModelFiles {
 public:
  explicit SafetensorsModel(const std::string& dir);

  std::vector<std::string> names() const override;
  bool Has(std::string_view name) const override { return tensors_.Has(name); }
  TensorInfo Info(std::string_view name) const override;
  Tensor Get(std::string_view name) const override;
  uint64_t bytes() const override;

 private:
  CheckpointTensors tensors_;
};

}  // namespace r1
