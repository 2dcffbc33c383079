// Thrift's compact protocol, in which Parquet keeps its footer and page headers. Every count is checked against the bytes that are
// left and nesting is limited, so hostile bytes cost time and memory in proportion to their number.
//   https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "parquet/byte_reader.h"

namespace r1::parquet {

enum class ThriftType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kI8 = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

class ThriftReader {
 public:
  ThriftReader(std::string_view bytes, const std::string& what) : bytes_(bytes, what) {}

  // Calls field(id, type) for every field of a struct; it reads the value and returns true, or returns false to pass over it.
  void Struct(const std::function<bool(int64_t id, ThriftType type)>& field);
  // Calls element(type) for every element of a list; it must read one.
  void List(ThriftType type, const std::function<void(ThriftType element)>& element);

  // Values of a field of this type. Throw kDataLoss if the type does not hold such a value.
  bool Bool(ThriftType type);
  int64_t Int(ThriftType type);    // of 16, 32 or 64 bits
  int32_t Int32(ThriftType type);  // kDataLoss beyond 32 bits
  std::string_view Binary(ThriftType type);
  void Skip(ThriftType type);

  size_t remaining() const { return bytes_.remaining(); }
  const std::string& what() const { return bytes_.what(); }

 private:
  class Nesting;
  void Expect(bool ok, const char* wanted, ThriftType type) const;

  ByteReader bytes_;
  int depth_ = 0;
};

}  // namespace r1::parquet
