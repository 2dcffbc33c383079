#include "checkpoint/safetensors_model.h"

#include "base/error.h"
#include "checkpoint/fp8_weights.h"

namespace r1 {

SafetensorsModel::SafetensorsModel(const std::string& dir) {
  path_ = dir;
  config_ = LoadHfConfig(dir);
  generation_ = LoadGenerationConfig(dir);
  generation_.eos_token_ids = config_.eos_token_ids;
  if (!generation_.bos_token_id) generation_.bos_token_id = config_.bos_token_id;
  if (!generation_.pad_token_id) generation_.pad_token_id = config_.pad_token_id;
  const std::string& method = config_.quantization_method;
  Require(method.empty() || method == "fp8" || method == "compressed-tensors" || method == "fbgemm_fp8", dir,
          "/config.json: weights quantized by ", method, " are not supported; fp8 is");
  tensors_ = CheckpointTensors::Open(dir);
}

std::vector<std::string> SafetensorsModel::names() const {
  std::vector<std::string> names = tensors_.names();
  std::erase_if(names, [](const std::string& name) { return IsScaleName(name); });
  return names;
}

ModelFiles::TensorInfo SafetensorsModel::Info(std::string_view name) const {
  const Tensor stored = tensors_.Get(name);
  return {stored.dtype(), stored.shape()};
}

Tensor SafetensorsModel::Get(std::string_view name) const {
  const Tensor tensor = tensors_.Get(name);
  if (tensor.dtype() != DType::kF8E4M3 && tensor.dtype() != DType::kF8E5M2) return tensor;
  for (const std::string& scale : Fp8ScaleNames(name))
    if (tensors_.Has(scale))
      return ApplyFp8Scale(tensor, tensors_.Get(scale), config_.weight_block_size, StrCat(path_, ": tensor ", name));
  return tensor;
}

uint64_t SafetensorsModel::bytes() const {
  uint64_t bytes = 0;
  for (const std::string& name : tensors_.names()) bytes += tensors_.Get(name).bytes();
  return bytes;
}

}  // namespace r1
