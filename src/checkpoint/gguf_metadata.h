// The metadata of a GGUF file: named values of a few types. Values stay where the file has them and are decoded when asked for, so
// that a vocabulary of 150,000 tokens costs no copies. All of it is bounds-checked once, when it is read.
//   https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

enum class GgufType : uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kString, kArray, kU64, kI64, kF64 };

// Reads little-endian fields from the front of bytes that somebody else keeps. Every read is checked against what is left; reading
// past the end throws kDataLoss "`what`: truncated in ...".
class GgufCursor {
 public:
  GgufCursor(const std::byte* data, size_t size, std::string what)
      : begin_(data), at_(data), end_(data + size), what_(std::move(what)) {}

  template <class T>
  T Read(std::string_view field) {
    T value;
    Copy(&value, sizeof(T), field);
    return value;
  }
  std::string_view String(std::string_view field);  // a length of 64 bits, then bytes
  // Passes over a value of the type and returns its bytes, checked at any depth of arrays.
  std::string_view Value(GgufType type, std::string_view field);

  uint64_t position() const { return static_cast<uint64_t>(at_ - begin_); }
  uint64_t left() const { return static_cast<uint64_t>(end_ - at_); }
  const std::string& what() const { return what_; }

 private:
  void Copy(void* to, size_t bytes, std::string_view field);
  void Need(uint64_t bytes, std::string_view field) const;
  void SkipValue(uint32_t type, std::string_view field, int depth);

  const std::byte *begin_, *at_, *end_;
  std::string what_;
};

class GgufMetadata {
 public:
  struct Value {
    GgufType type;
    std::string_view bytes;  // as the file has them, without the type
  };

  // Takes `count` pairs from the cursor. Throws kDataLoss for keys that stand twice and for types that do not exist. `owner` keeps
  // the bytes.
  static GgufMetadata Read(GgufCursor& cursor, uint64_t count, std::shared_ptr<void> owner);

  const std::string& what() const { return what_; }  // the file, for messages
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }
  bool Has(std::string_view key) const { return values_.find(key) != values_.end(); }

  // Each returns nothing where the key is absent, and throws kDataLoss naming key and type where it holds something else. Integer
  // takes every integer type that fits; Number takes F32 and F64 too, an F32 as the shortest decimal that reads back as it (1e-6,
  // not 9.99999997e-07).
  std::optional<int64_t> Integer(std::string_view key) const;
  std::optional<double> Number(std::string_view key) const;
  std::optional<bool> Bool(std::string_view key) const;
  std::optional<std::string_view> String(std::string_view key) const;  // lives as long as the file
  // Arrays; empty where the key is absent.
  std::vector<std::string_view> Strings(std::string_view key) const;
  std::vector<int64_t> Integers(std::string_view key) const;
  std::vector<float> Floats(std::string_view key) const;

 private:
  const Value* Find(std::string_view key) const;
  [[noreturn]] void WrongType(std::string_view key, const char* expected, GgufType got) const;
  GgufCursor Array(std::string_view key, const Value& value, GgufType& element, uint64_t& count) const;

  std::string what_;
  std::shared_ptr<void> owner_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace r1
