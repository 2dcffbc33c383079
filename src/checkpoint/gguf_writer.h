// Writes one GGUF file (version 3) without holding its tensors: metadata and the table of tensors first, then their bytes in that
// order, in as many pieces as the caller likes. Atomic: without Commit an older file stays as it was.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "checkpoint/gguf_metadata.h"
#include "tensor/tensor.h"

namespace r1 {

class GgufWriter {
 public:
  explicit GgufWriter(const std::string& path) : path_(path), file_(path) {}

  // Metadata, in the order of the first Set of each key; a later Set replaces the value.
  void SetU32(std::string_view key, uint32_t value);
  void SetF32(std::string_view key, float value);
  void SetBool(std::string_view key, bool value);
  void SetString(std::string_view key, std::string_view value);
  void SetStrings(std::string_view key, std::span<const std::string> values);
  void SetF32s(std::string_view key, std::span<const float> values);
  void SetI32s(std::string_view key, std::span<const int32_t> values);
  void SetRaw(std::string_view key, const GgufMetadata::Value& value);  // as another file has it
  void Remove(std::string_view key);

  // The name as the file spells it; shape in Hugging Face's order. All before the first Write. Throws kInvalidArgument for a name
  // that stands twice and for element types that GGUF has no number for.
  void Declare(std::string_view name, DType dtype, Shape shape);

  // The next bytes of the declared tensors, which may end one tensor and no more: pieces do not reach over a tensor's end
  // (CHECKed).
  void Write(const void* data, size_t bytes);
  // CHECKs that every declared byte has come.
  void Commit();
  uint64_t bytes_written() const { return file_.bytes_written(); }

 private:
  struct Pair {
    std::string key, bytes;  // bytes: the type and the value
  };
  struct Declared {
    std::string name;
    DType dtype;
    Shape shape;
    uint64_t offset, size;
  };
  void Set(std::string_view key, GgufType type, std::string_view value);
  void WriteHeader();

  std::string path_;
  AtomicFile file_;
  std::vector<Pair> pairs_;
  std::vector<Declared> tensors_;
  uint64_t data_bytes_ = 0;  // of the tensors declared so far, padded
  bool header_written_ = false;
  size_t next_ = 0;            // the tensor being written
  uint64_t next_written_ = 0;  // its bytes so far
};

}  // namespace r1
