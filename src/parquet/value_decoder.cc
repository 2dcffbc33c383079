#include "parquet/value_decoder.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "parquet/delta_decoder.h"
#include "parquet/rle_decoder.h"

namespace r1::parquet {
namespace {

size_t FixedWidth(const SchemaElement& element) {
  switch (*element.type) {
    case PhysicalType::kInt32:
    case PhysicalType::kFloat: return 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble: return 8;
    case PhysicalType::kFixedLenByteArray: return static_cast<size_t>(element.type_length);
    default: return 0;
  }
}

// A number of its 4 or 8 bytes, or the bytes themselves.
RawValue OfBytes(PhysicalType type, std::string_view bytes) {
  RawValue value;
  if (type == PhysicalType::kByteArray || type == PhysicalType::kFixedLenByteArray) {
    value.bytes = bytes;
    return value;
  }
  const uint64_t bits = BitsAt(bytes, 0, static_cast<int>(8 * bytes.size()));
  switch (type) {
    case PhysicalType::kInt32: value.integer = static_cast<int32_t>(bits); break;
    case PhysicalType::kFloat: value.number = static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits))); break;
    case PhysicalType::kDouble: value.number = std::bit_cast<double>(bits); break;
    default: value.integer = static_cast<int64_t>(bits); break;
  }
  return value;
}

class PlainDecoder : public ValueDecoder {
 public:
  PlainDecoder(const SchemaElement& element, std::string_view bytes, const std::string& what)
      : type_(*element.type), width_(FixedWidth(element)), bytes_(bytes, what) {}
  RawValue Next() override { return OfBytes(type_, bytes_.Take(width_ > 0 ? width_ : bytes_.Fixed(4))); }

 private:
  PhysicalType type_;
  size_t width_;  // 0: the length stands before each value
  ByteReader bytes_;
};

class PlainBooleanDecoder : public ValueDecoder {
 public:
  PlainBooleanDecoder(std::string_view bytes, const std::string& what) : bytes_(bytes), what_(what) {}
  RawValue Next() override {
    if (bit_ / 8 >= bytes_.size()) Fail(ErrorCode::kDataLoss, what_, ": more values are expected than it holds");
    return {.integer = static_cast<int64_t>(BitsAt(bytes_, bit_++, 1))};
  }

 private:
  std::string_view bytes_;
  const std::string& what_;
  uint64_t bit_ = 0;
};

class RleBooleanDecoder : public ValueDecoder {
 public:
  RleBooleanDecoder(std::string_view bytes, const std::string& what) : bits_(WithoutLength(bytes, what), 1, what) {}
  RawValue Next() override { return {.integer = bits_.Next() & 1}; }

 private:
  static std::string_view WithoutLength(std::string_view bytes, const std::string& what) {
    ByteReader reader(bytes, what);
    return reader.Take(reader.Fixed(4));
  }
  RleDecoder bits_;
};

class DictionaryDecoder : public ValueDecoder {
 public:
  DictionaryDecoder(std::string_view bytes, const std::vector<RawValue>& dictionary, const std::string& what)
      : dictionary_(dictionary), what_(what), indices_(bytes.substr(!bytes.empty()), Width(bytes, what), what) {}
  RawValue Next() override {
    const uint32_t index = indices_.Next();
    if (index >= dictionary_.size())
      Fail(ErrorCode::kDataLoss, what_, ": entry ", index, " of a dictionary of ", dictionary_.size());
    return dictionary_[index];
  }

 private:
  static int Width(std::string_view bytes, const std::string& what) {
    const int width = bytes.empty() ? 0 : static_cast<uint8_t>(bytes[0]);
    if (width > 32) Fail(ErrorCode::kDataLoss, what, ": dictionary indices of ", width, " bits");
    return width;
  }
  const std::vector<RawValue>& dictionary_;
  const std::string& what_;
  RleDecoder indices_;
};

class DeltaIntegerDecoder : public ValueDecoder {
 public:
  DeltaIntegerDecoder(PhysicalType type, std::string_view bytes, const std::string& what)
      : is_32_(type == PhysicalType::kInt32), values_(bytes, what) {}
  RawValue Next() override {
    const int64_t value = values_.Next();
    return {.integer = is_32_ ? static_cast<int32_t>(value) : value};
  }

 private:
  bool is_32_;
  DeltaDecoder values_;
};

// All lengths, then all bytes.
class DeltaLengthDecoder : public ValueDecoder {
 public:
  DeltaLengthDecoder(std::string_view bytes, const std::string& what) : lengths_(bytes, what), bytes_(lengths_.Rest(), what) {}
  RawValue Next() override {
    const int64_t length = lengths_.Next();
    return {.bytes = bytes_.Take(static_cast<uint64_t>(length))};  // a negative one is more than is left
  }

 private:
  DeltaDecoder lengths_;
  ByteReader bytes_;
};

// How much of the value before a value begins with, then the rests as above.
class DeltaBytesDecoder : public ValueDecoder {
 public:
  DeltaBytesDecoder(std::string_view bytes, const std::string& what)
      : what_(what), prefixes_(bytes, what), rests_(prefixes_.Rest(), what) {}
  RawValue Next() override {
    const int64_t prefix = prefixes_.Next();
    if (prefix < 0 || static_cast<uint64_t>(prefix) > value_.size())
      Fail(ErrorCode::kDataLoss, what_, ": a value begins with ", prefix, " bytes of one that has ", value_.size());
    value_.resize(static_cast<size_t>(prefix));
    value_ += rests_.Next().bytes;
    return {.bytes = value_};
  }

 private:
  const std::string& what_;
  DeltaDecoder prefixes_;
  DeltaLengthDecoder rests_;
  std::string value_;
};

// The first bytes of all values, then the second bytes, ...
class ByteStreamSplitDecoder : public ValueDecoder {
 public:
  ByteStreamSplitDecoder(const SchemaElement& element, std::string_view bytes, const std::string& what)
      : type_(*element.type),
        width_(FixedWidth(element)),
        bytes_(bytes),
        what_(what),
        value_(std::min(width_, bytes.size()), '\0') {}
  RawValue Next() override {
    const size_t count = bytes_.size() / width_;
    if (at_ >= count) Fail(ErrorCode::kDataLoss, what_, ": more values are expected than it holds");
    for (size_t i = 0; i < width_; ++i) value_[i] = bytes_[i * count + at_];
    ++at_;
    return OfBytes(type_, value_);
  }

 private:
  PhysicalType type_;
  size_t width_;
  std::string_view bytes_;
  const std::string& what_;
  std::string value_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ValueDecoder> MakeValueDecoder(Encoding encoding, const SchemaNode& leaf, std::string_view bytes,
                                               const std::vector<RawValue>* dictionary, const std::string& what) {
  const PhysicalType type = *leaf.element.type;
  const bool integer = type == PhysicalType::kInt32 || type == PhysicalType::kInt64;
  switch (encoding) {
    case Encoding::kPlain:
      if (type == PhysicalType::kBoolean) return std::make_unique<PlainBooleanDecoder>(bytes, what);
      return std::make_unique<PlainDecoder>(leaf.element, bytes, what);
    case Encoding::kPlainDictionary:
    case Encoding::kRleDictionary:
      if (dictionary == nullptr) Fail(ErrorCode::kDataLoss, what, ": a page of dictionary indices without a dictionary");
      return std::make_unique<DictionaryDecoder>(bytes, *dictionary, what);
    case Encoding::kRle:
      if (type == PhysicalType::kBoolean) return std::make_unique<RleBooleanDecoder>(bytes, what);
      break;
    case Encoding::kDeltaBinaryPacked:
      if (integer) return std::make_unique<DeltaIntegerDecoder>(type, bytes, what);
      break;
    case Encoding::kDeltaLengthByteArray:
      if (type == PhysicalType::kByteArray) return std::make_unique<DeltaLengthDecoder>(bytes, what);
      break;
    case Encoding::kDeltaByteArray:
      if (type == PhysicalType::kByteArray) return std::make_unique<DeltaBytesDecoder>(bytes, what);
      break;
    case Encoding::kByteStreamSplit:
      if (FixedWidth(leaf.element) > 0) return std::make_unique<ByteStreamSplitDecoder>(leaf.element, bytes, what);
      break;
    default: Fail(ErrorCode::kInvalidArgument, what, ": encoding ", EncodingName(encoding), " is not read");
  }
  Fail(ErrorCode::kDataLoss, what, ": its type cannot have the encoding ", EncodingName(encoding));
}

std::vector<RawValue> ReadDictionary(const SchemaNode& leaf, int64_t count, std::string_view bytes, const std::string& what) {
  // A value takes a byte and more; truth values, which do not, have no dictionary.
  if (*leaf.element.type == PhysicalType::kBoolean || static_cast<uint64_t>(count) > bytes.size())
    Fail(ErrorCode::kDataLoss, what, ": a dictionary of ", count, " entries in ", bytes.size(), " bytes");
  PlainDecoder values(leaf.element, bytes, what);
  std::vector<RawValue> dictionary;
  dictionary.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) dictionary.push_back(values.Next());
  return dictionary;
}

}  // namespace r1::parquet
