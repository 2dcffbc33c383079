// Writes one safetensors file without holding its tensors: the header first, then the bytes of the declared tensors in order.
// Atomic: without Commit an older file stays as it was. WriteSafetensors (checkpoint/safetensors.h) is the shorter way for tensors
// in memory.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "tensor/tensor.h"

namespace r1 {

class SafetensorsWriter {
 public:
  struct Declared {
    std::string name;
    DType dtype;
    Shape shape;
  };

  // The file will hold `tensors` in their order; wider elements should come first, so that all are aligned. Metadata gets "format":
  // "pt" unless it has a format; transformers refuses files without one. Throws kInvalidArgument for a name that stands twice, is
  // "__metadata__" or no UTF-8, and for quantized element types.
  SafetensorsWriter(const std::string& path, const std::vector<Declared>& tensors,
                    std::map<std::string, std::string> metadata = {});

  // The next bytes of the tensors, in pieces of any size.
  void Write(const void* data, size_t bytes);
  // CHECKs that every declared byte has come.
  void Commit();
  uint64_t bytes_written() const { return file_.bytes_written(); }

 private:
  AtomicFile file_;
  uint64_t left_ = 0;
};

}  // namespace r1
