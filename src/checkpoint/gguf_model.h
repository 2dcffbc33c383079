// A model in GGUF files: one, or the parts of a split one.
#pragma once

#include <map>

#include "checkpoint/gguf.h"
#include "checkpoint/model_files.h"

namespace r1 {

class GgufModel : public ModelFiles {
 public:
  // `path`: the file, or the first part. The other parts are found beside it by name and checked against split.count, split.no and
  // split.tensors.count.
  explicit GgufModel(const std::string& path);
  // One file that is open already.
  explicit GgufModel(GgufFile file);

  std::vector<std::string> names() const override;
  bool Has(std::string_view name) const override { return place_of_.find(name) != place_of_.end(); }
  TensorInfo Info(std::string_view name) const override;
  Tensor Get(std::string_view name) const override;
  const GgufMetadata* gguf_metadata() const override { return &parts_[0].metadata(); }
  uint64_t bytes() const override;
  // The tensor as the file has it: query and key rows of a llama file stay in llama.cpp's order.
  Tensor GetStored(std::string_view name) const;

 private:
  struct Place {
    size_t part;
    std::string name;  // the file's
  };
  void IndexTensors();
  void ReadConfig();
  std::optional<Tensor> Find(std::string_view gguf_name) const;

  std::vector<GgufFile> parts_;
  std::map<std::string, Place, std::less<>> place_of_;  // by Hugging Face name
};

}  // namespace r1
