#include "parquet/thrift.h"

#include <limits>

namespace r1::parquet {

namespace {
constexpr int kMaxDepth = 32;  // Parquet's own structs nest 7 deep
}

class ThriftReader::Nesting {
 public:
  explicit Nesting(ThriftReader& reader) : reader_(reader) {
    if (++reader_.depth_ > kMaxDepth) Fail(ErrorCode::kDataLoss, reader_.what(), ": nested deeper than ", kMaxDepth, " levels");
  }
  ~Nesting() { --reader_.depth_; }

 private:
  ThriftReader& reader_;
};

void ThriftReader::Expect(bool ok, const char* wanted, ThriftType type) const {
  if (!ok) Fail(ErrorCode::kDataLoss, what(), ": expected ", wanted, ", got Thrift type ", static_cast<int>(type));
}

void ThriftReader::Struct(const std::function<bool(int64_t, ThriftType)>& field) {
  const Nesting nesting(*this);
  int64_t id = 0;
  while (true) {
    const uint8_t head = bytes_.Byte();
    const auto type = static_cast<ThriftType>(head & 15);
    if (type == ThriftType::kStop) return;
    // Most ids are told as the distance from the one before.
    id = head >> 4 == 0 ? bytes_.ZigZag() : id + (head >> 4);
    if (id < 0 || id > std::numeric_limits<int16_t>::max()) Fail(ErrorCode::kDataLoss, what(), ": a field has the id ", id);
    if (!field(id, type)) Skip(type);
  }
}

void ThriftReader::List(ThriftType type, const std::function<void(ThriftType)>& element) {
  Expect(type == ThriftType::kList || type == ThriftType::kSet, "a list", type);
  const Nesting nesting(*this);
  const uint8_t head = bytes_.Byte();
  const uint64_t count = head >> 4 == 15 ? bytes_.Varint() : head >> 4;
  // No element takes less than a byte.
  if (count > bytes_.remaining())
    Fail(ErrorCode::kDataLoss, what(), ": a list of ", count, " elements in ", bytes_.remaining(), " bytes");
  for (uint64_t i = 0; i < count; ++i) element(static_cast<ThriftType>(head & 15));
}

bool ThriftReader::Bool(ThriftType type) {
  Expect(type == ThriftType::kTrue || type == ThriftType::kFalse, "true or false", type);
  return type == ThriftType::kTrue;
}

int64_t ThriftReader::Int(ThriftType type) {
  Expect(type == ThriftType::kI16 || type == ThriftType::kI32 || type == ThriftType::kI64, "an integer", type);
  return bytes_.ZigZag();
}

int32_t ThriftReader::Int32(ThriftType type) {
  const int64_t value = Int(type);
  if (value != static_cast<int32_t>(value)) Fail(ErrorCode::kDataLoss, what(), ": expected 32 bits, got ", value);
  return static_cast<int32_t>(value);
}

std::string_view ThriftReader::Binary(ThriftType type) {
  Expect(type == ThriftType::kBinary, "text", type);
  return bytes_.Take(bytes_.Varint());
}

void ThriftReader::Skip(ThriftType type) {
  switch (type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse: return;  // the type is the value
    case ThriftType::kI8: bytes_.Byte(); return;
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64: bytes_.Varint(); return;
    case ThriftType::kDouble: bytes_.Take(8); return;
    case ThriftType::kBinary: bytes_.Take(bytes_.Varint()); return;
    case ThriftType::kStruct: Struct([](int64_t, ThriftType) { return false; }); return;
    case ThriftType::kList:
    case ThriftType::kSet:
      List(type, [&](ThriftType element) {
        // Inside a list a truth value is a byte.
        if (element == ThriftType::kTrue || element == ThriftType::kFalse)
          bytes_.Byte();
        else
          Skip(element);
      });
      return;
    default: Fail(ErrorCode::kDataLoss, what(), ": Thrift type ", static_cast<int>(type), ", which Parquet does not use");
  }
}

}  // namespace r1::parquet
