// Model files from one form to another, tensor by tensor: memory stays at one tensor's pieces however large the model is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/thread_pool.h"
#include "checkpoint/model_files.h"
#include "convert/file_type.h"
#include "convert/tensor_stream.h"

namespace r1 {

struct ConvertOptions {
  const FileType* type = nullptr;  // null: matrices keep their element type (in a folder, quantized ones become BF16)
  bool force = false;              // replace what is there
  // Called before each tensor.
  std::function<void(int64_t done, int64_t total, std::string_view name)> progress;
};

struct ConvertReport {
  TypeTable types;
  uint64_t bytes_in = 0, bytes_out = 0;  // of weights, and of the files written
  int64_t elements = 0;
  std::string warning;  // for the user; may be empty
};

// A .gguf file that llama.cpp and r1 open: weights, configuration, generation settings, tokenizer, chat template. The metadata of a
// GGUF source is kept. Atomic. Throws kInvalidArgument if `out` exists and force is not set, or for what GGUF cannot say.
ConvertReport ConvertToGguf(const ModelFiles& in, const std::string& out, ThreadPool& pool, const ConvertOptions& options);

// A folder that transformers and r1 open: config.json, generation_config.json, model.safetensors, tokenizer.json,
// tokenizer_config.json. The type must not be quantized. Atomic; force replaces only a folder that holds a model.
ConvertReport ConvertToFolder(const ModelFiles& in, const std::string& out, ThreadPool& pool, const ConvertOptions& options);

}  // namespace r1
