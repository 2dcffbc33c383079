#include "checkpoint/model_files.h"

#include "checkpoint/gguf_model.h"
#include "checkpoint/safetensors_model.h"

namespace r1 {

std::unique_ptr<ModelFiles> ModelFiles::Open(const std::string& path) {
  if (const std::string gguf = FindGgufFile(path); !gguf.empty()) return std::make_unique<GgufModel>(gguf);
  return std::make_unique<SafetensorsModel>(path);
}

}  // namespace r1
