// Named tensors in one file, in the safetensors format: 8 bytes little-endian header length, a JSON header
//   {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ..., "__metadata__": {"key": "text"}}
// then the tensors' bytes back to back. Offsets count from the end of the header.
//   https://huggingface.co/docs/safetensors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tensor/tensor.h"

namespace r1 {

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

class SafetensorsFile {
 public:
  struct Entry {
    std::string name;
    DType dtype;
    Shape shape;
    uint64_t begin, end;  // bytes, from the end of the header
  };

  // Maps the file and checks all of the header against the file's size before anything is used: lengths, offsets, shapes, gaps,
  // overlaps, names that stand twice. Throws kDataLoss naming file and tensor, kInvalidArgument for dtypes and ranks we do not
  // have.
  static SafetensorsFile Open(const std::string& path);
  // The same for bytes that `owner` keeps alive; `what` names them in messages.
  static SafetensorsFile FromBytes(std::shared_ptr<void> owner, const std::byte* data, size_t size, std::string what);

  const std::vector<Entry>& entries() const { return entries_; }  // in the order of their data
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  bool Has(std::string_view name) const { return index_.contains(std::string(name)); }
  // A view of the mapping, which lives as long as any such view; read-only memory. A tensor that the file does not align to its
  // element size is copied. Throws kNotFound.
  Tensor Get(std::string_view name) const;

 private:
  std::string what_;
  std::shared_ptr<void> owner_;
  const std::byte* data_ = nullptr;  // after the header
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> index_;
  std::map<std::string, std::string> metadata_;
};

// Writes atomically (base/files.h): on any error an older file stays as it was. Larger element sizes come first, so that every
// tensor is aligned. Metadata gets "format": "pt" unless it has a format; transformers refuses files without one. Throws
// kInvalidArgument for a name that stands twice or is "__metadata__".
void WriteSafetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                      std::map<std::string, std::string> metadata = {});

// The weights of a model folder: model.safetensors, or shards listed by model.safetensors.index.json.
class CheckpointTensors {
 public:
  // `path` is a folder or one .safetensors file. Throws kNotFound if the folder has neither file, kDataLoss if index and shards
  // disagree.
  static CheckpointTensors Open(const std::string& path);

  std::vector<std::string> names() const;  // sorted
  bool Has(std::string_view name) const { return file_of_.contains(std::string(name)); }
  Tensor Get(std::string_view name) const;  // throws kNotFound
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::vector<SafetensorsFile> files_;
  std::map<std::string, size_t> file_of_;
};

}  // namespace r1
