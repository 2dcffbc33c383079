// The types a whole file can be quantized to, and which element type each tensor gets: llama.cpp's mixtures, so that files of the
// same name have the same tensors of the same types.
//   https://github.com/ggml-org/llama.cpp/blob/master/src/llama-quant.cpp
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/dtype.h"
#include "checkpoint/hf_config.h"

namespace r1 {

struct FileType {
  const char* name;  // "Q4_K_M"
  uint32_t number;   // general.file_type
  DType dtype;       // of most matrices
  const char* help;
};

std::span<const FileType> FileTypes();
// Any case. Throws kInvalidArgument listing what is known.
const FileType& FindFileType(std::string_view name);

// The element type of a tensor by its Hugging Face name. Vectors stay f32. `columns` is its last dimension: where it is no multiple
// of the wanted type's block, the type falls back to one of blocks of 32, or to F16.
DType DTypeOfTensor(const FileType& type, const HfConfig& config, std::string_view name, int rank, int64_t columns);

}  // namespace r1
