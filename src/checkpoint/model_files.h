// A model on disk, whatever its files: configuration and weights under Hugging Face's names from
//   a folder with config.json and model.safetensors, or with shards and their index
//   a .gguf file (of a split one, the first part: NAME-00001-of-0000N.gguf), or a folder that holds exactly one
// so that whoever builds a model need not know which.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/generation_config.h"
#include "checkpoint/gguf_metadata.h"
#include "checkpoint/hf_config.h"
#include "tensor/tensor.h"

namespace r1 {

class ModelFiles {
 public:
  // Throws kNotFound, kDataLoss or kInvalidArgument naming the file and what is wrong with it.
  static std::unique_ptr<ModelFiles> Open(const std::string& path);
  virtual ~ModelFiles() = default;

  const std::string& path() const { return path_; }
  const HfConfig& config() const { return config_; }
  const GenerationConfig& generation() const { return generation_; }

  struct TensorInfo {
    DType stored;  // in the file; Get gives FP8 weights as F32
    Shape shape;
  };
  virtual std::vector<std::string> names() const = 0;        // of the weights, sorted
  virtual TensorInfo Info(std::string_view name) const = 0;  // throws kNotFound
  virtual bool Has(std::string_view name) const = 0;
  // In the file's own element type, quantized or not; a view of the mapping where nothing has to be rearranged. FP8 weights come
  // scaled, as F32. Throws kNotFound.
  virtual Tensor Get(std::string_view name) const = 0;
  // Of a GGUF file, with its tokenizer and chat template; null for a folder, which has them as files.
  virtual const GgufMetadata* gguf_metadata() const { return nullptr; }
  // Bytes of weights in the files.
  virtual uint64_t bytes() const = 0;

 protected:
  std::string path_;
  HfConfig config_;
  GenerationConfig generation_;
};

// The key under which a GGUF file that was made of a folder with r1.toml keeps its text.
inline constexpr std::string_view kGgufModelCard = "r1.toml";

// The .gguf file that a path means: the path itself, or the only one in the folder (the first part of a split one). Empty if it
// means none, because it is no such file or the folder has a config.json.
std::string FindGgufFile(const std::string& path);

}  // namespace r1
