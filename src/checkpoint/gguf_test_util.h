// GGUF files built byte by byte, right or wrong in any place.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/gguf.h"

namespace r1::testing {

class GgufBytes {
 public:
  template <class T>
  GgufBytes& Put(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  GgufBytes& PutString(std::string_view text) {
    Put<uint64_t>(text.size());
    bytes_ += text;
    return *this;
  }
  GgufBytes& Header(uint64_t tensors, uint64_t pairs, uint32_t version = 3) {
    bytes_ += "GGUF";
    return Put(version).Put(tensors).Put(pairs);
  }
  GgufBytes& Key(std::string_view key, GgufType type) { return PutString(key).Put(type); }
  GgufBytes& U32(std::string_view key, uint32_t value) { return Key(key, GgufType::kU32).Put(value); }
  GgufBytes& F32(std::string_view key, float value) { return Key(key, GgufType::kF32).Put(value); }
  GgufBytes& Text(std::string_view key, std::string_view value) { return Key(key, GgufType::kString).PutString(value); }
  // dims as the file has them: fastest first.
  GgufBytes& Tensor(std::string_view name, const std::vector<uint64_t>& dims, uint32_t type, uint64_t offset) {
    PutString(name).Put(static_cast<uint32_t>(dims.size()));
    for (const uint64_t d : dims) Put(d);
    return Put(type).Put(offset);
  }
  GgufBytes& Align(size_t alignment = 32) {
    bytes_.append((alignment - bytes_.size() % alignment) % alignment, '\0');
    return *this;
  }
  GgufBytes& Data(size_t bytes, char fill = 1) {
    bytes_.append(bytes, fill);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }
  GgufFile Open() const { return OpenString(bytes_); }

  static GgufFile OpenString(const std::string& bytes) {
    auto owner = std::make_shared<std::string>(bytes);
    return GgufFile::FromBytes(owner, reinterpret_cast<const std::byte*>(owner->data()), owner->size(), "test.gguf");
  }

 private:
  std::string bytes_;
};

}  // namespace r1::testing
