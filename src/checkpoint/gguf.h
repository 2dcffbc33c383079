// One GGUF file: metadata, then a table of tensors, then their bytes.
//   "GGUF", u32 version, u64 tensors, u64 metadata pairs; the pairs; per tensor: name, u32 dims, u64 each dim (fastest first), u32
//   type, u64 offset from the start of the data, which begins at the next multiple of general.alignment (32)
//   https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
// What the names and keys mean is in checkpoint/gguf_names.h and checkpoint/gguf_config.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "checkpoint/gguf_metadata.h"
#include "tensor/tensor.h"

namespace r1 {

// The number that a GGUF file writes for an element type, and back; nothing for types that the other side does not have.
std::optional<uint32_t> GgmlType(DType dtype);
std::optional<DType> DTypeOfGgml(uint32_t type);

class GgufFile {
 public:
  struct Entry {
    std::string name;  // as the file spells it: "blk.0.attn_q.weight"
    DType dtype;
    Shape shape;          // in Hugging Face's order, [out, in]: the reverse of the file's
    uint64_t begin, end;  // bytes, from the start of the data
  };

  // Maps the file and checks everything but the tensors' values before anything is used: every length, count and offset against the
  // file's size, alignment, overlaps, names that stand twice. Versions 2 and 3. Memory stays within a small multiple of the file's
  // header, whatever its counts claim. Throws kDataLoss naming file and tensor; kInvalidArgument for what we do not read:
  // big-endian files, version 1, other element types.
  static GgufFile Open(const std::string& path);
  // The same for bytes that `owner` keeps alive; `what` names them in messages.
  static GgufFile FromBytes(std::shared_ptr<void> owner, const std::byte* data, size_t size, std::string what);

  const std::string& what() const { return metadata_.what(); }
  const GgufMetadata& metadata() const { return metadata_; }
  const std::vector<Entry>& entries() const { return entries_; }  // in the file's order
  bool Has(std::string_view name) const { return index_.contains(std::string(name)); }
  // A view of the mapping, which lives as long as any such view; read-only memory, aligned for its elements (copied where the file
  // does not align it). Throws kNotFound.
  Tensor Get(std::string_view name) const;

 private:
  std::shared_ptr<void> owner_;
  const std::byte* data_ = nullptr;  // the tensors' bytes
  GgufMetadata metadata_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> index_;
};

}  // namespace r1
