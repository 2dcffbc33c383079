#include "checkpoint/gguf_metadata.h"

#include <charconv>
#include <cstring>
#include <limits>

#include "base/error.h"

namespace r1 {
namespace {

static_assert(std::endian::native == std::endian::little,
              "GGUF is read in place, as little-endian files on a little-endian machine");

constexpr int kMaxArrayDepth = 4;  // the format allows arrays of arrays; no file in use has them
constexpr const char* kTypeNames[] = {"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                      "bool", "string", "array", "u64", "i64", "f64"};
constexpr size_t kTypeBytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};  // 0: the length is in the data

const char* NameOf(GgufType type) { return kTypeNames[static_cast<uint32_t>(type)]; }

template <class T>
T Load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

// No value if the type holds no integers, or the number does not fit 63 bits.
std::optional<int64_t> LoadInteger(GgufType type, const char* bytes) {
  switch (type) {
    case GgufType::kU8: return Load<uint8_t>(bytes);
    case GgufType::kI8: return Load<int8_t>(bytes);
    case GgufType::kU16: return Load<uint16_t>(bytes);
    case GgufType::kI16: return Load<int16_t>(bytes);
    case GgufType::kU32: return Load<uint32_t>(bytes);
    case GgufType::kI32: return Load<int32_t>(bytes);
    case GgufType::kI64: return Load<int64_t>(bytes);
    case GgufType::kU64: {
      const auto value = Load<uint64_t>(bytes);
      if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
      return static_cast<int64_t>(value);
    }
    default: return std::nullopt;
  }
}

double ShortestDecimal(float x) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof(text), x);
  double value = x;
  std::from_chars(text, end.ptr, value);
  return value;
}

}  // namespace

void GgufCursor::Need(uint64_t bytes, std::string_view field) const {
  if (bytes > left())
    Fail(ErrorCode::kDataLoss, what_, ": truncated in ", field, ": ", bytes, " bytes needed at offset ", position(), ", ", left(),
         " left");
}

void GgufCursor::Copy(void* to, size_t bytes, std::string_view field) {
  Need(bytes, field);
  std::memcpy(to, at_, bytes);
  at_ += bytes;
}

std::string_view GgufCursor::String(std::string_view field) {
  const auto length = Read<uint64_t>(field);
  Need(length, field);
  const std::string_view text(reinterpret_cast<const char*>(at_), length);
  at_ += length;
  return text;
}

void GgufCursor::SkipValue(uint32_t type, std::string_view field, int depth) {
  if (type > static_cast<uint32_t>(GgufType::kF64))
    Fail(ErrorCode::kDataLoss, what_, ": ", field, ": no type has the number ", type);
  if (type == static_cast<uint32_t>(GgufType::kString)) {
    String(field);
  } else if (type == static_cast<uint32_t>(GgufType::kArray)) {
    if (depth == kMaxArrayDepth) Fail(ErrorCode::kDataLoss, what_, ": ", field, ": arrays nested deeper than ", kMaxArrayDepth);
    const auto element = Read<uint32_t>(field);
    const auto count = Read<uint64_t>(field);
    if (element <= static_cast<uint32_t>(GgufType::kF64) && kTypeBytes[element] > 0) {
      Need(count > left() ? count : count * kTypeBytes[element], field);  // count <= left() keeps the product from overflowing
      at_ += count * kTypeBytes[element];
    } else {
      if (count > left()) Need(count, field);  // each element takes at least one byte: refuse before walking
      for (uint64_t i = 0; i < count; ++i) SkipValue(element, field, depth + 1);
    }
  } else {
    Need(kTypeBytes[type], field);
    at_ += kTypeBytes[type];
  }
}

std::string_view GgufCursor::Value(GgufType type, std::string_view field) {
  const std::byte* begin = at_;
  SkipValue(static_cast<uint32_t>(type), field, 0);
  return {reinterpret_cast<const char*>(begin), static_cast<size_t>(at_ - begin)};
}

GgufMetadata GgufMetadata::Read(GgufCursor& cursor, uint64_t count, std::shared_ptr<void> owner) {
  GgufMetadata metadata;
  metadata.what_ = cursor.what();
  metadata.owner_ = std::move(owner);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string key(cursor.String("a metadata key"));
    const auto type = cursor.Read<uint32_t>(key);
    const std::string_view bytes = cursor.Value(static_cast<GgufType>(type), "metadata " + key);
    if (!metadata.values_.emplace(key, Value{static_cast<GgufType>(type), bytes}).second)
      Fail(ErrorCode::kDataLoss, metadata.what_, ": metadata ", key, " stands twice");
  }
  return metadata;
}

const GgufMetadata::Value* GgufMetadata::Find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

void GgufMetadata::WrongType(std::string_view key, const char* expected, GgufType got) const {
  Fail(ErrorCode::kDataLoss, what_, ": metadata ", key, " must be ", expected, ", got ", NameOf(got));
}

std::optional<int64_t> GgufMetadata::Integer(std::string_view key) const {
  const Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = LoadInteger(value->type, value->bytes.data());
  if (!number) WrongType(key, "an integer", value->type);
  return number;
}

std::optional<double> GgufMetadata::Number(std::string_view key) const {
  const Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->type == GgufType::kF32) return ShortestDecimal(Load<float>(value->bytes.data()));
  if (value->type == GgufType::kF64) return Load<double>(value->bytes.data());
  const auto number = LoadInteger(value->type, value->bytes.data());
  if (!number) WrongType(key, "a number", value->type);
  return static_cast<double>(*number);
}

std::optional<bool> GgufMetadata::Bool(std::string_view key) const {
  const Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->type != GgufType::kBool) WrongType(key, "a bool", value->type);
  return value->bytes[0] != 0;
}

std::optional<std::string_view> GgufMetadata::String(std::string_view key) const {
  const Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->type != GgufType::kString) WrongType(key, "a string", value->type);
  return value->bytes.substr(sizeof(uint64_t));
}

GgufCursor GgufMetadata::Array(std::string_view key, const Value& value, GgufType& element, uint64_t& count) const {
  if (value.type != GgufType::kArray) WrongType(key, "an array", value.type);
  GgufCursor cursor(reinterpret_cast<const std::byte*>(value.bytes.data()), value.bytes.size(), what_);
  element = static_cast<GgufType>(cursor.Read<uint32_t>(key));
  count = cursor.Read<uint64_t>(key);
  return cursor;
}

std::vector<std::string_view> GgufMetadata::Strings(std::string_view key) const {
  std::vector<std::string_view> strings;
  const Value* value = Find(key);
  if (value == nullptr) return strings;
  GgufType element;
  uint64_t count;
  GgufCursor cursor = Array(key, *value, element, count);
  if (element != GgufType::kString && count > 0) WrongType(key, "an array of strings", element);
  strings.reserve(count);
  for (uint64_t i = 0; i < count; ++i) strings.push_back(cursor.String(key));
  return strings;
}

std::vector<int64_t> GgufMetadata::Integers(std::string_view key) const {
  std::vector<int64_t> integers;
  const Value* value = Find(key);
  if (value == nullptr) return integers;
  GgufType element;
  uint64_t count;
  GgufCursor cursor = Array(key, *value, element, count);
  integers.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    const auto number = LoadInteger(element, cursor.Value(element, key).data());
    if (!number) WrongType(key, "an array of integers", element);
    integers.push_back(*number);
  }
  return integers;
}

std::vector<float> GgufMetadata::Floats(std::string_view key) const {
  std::vector<float> floats;
  const Value* value = Find(key);
  if (value == nullptr) return floats;
  GgufType element;
  uint64_t count;
  GgufCursor cursor = Array(key, *value, element, count);
  if (element != GgufType::kF32 && count > 0) WrongType(key, "an array of f32", element);
  floats.reserve(count);
  for (uint64_t i = 0; i < count; ++i) floats.push_back(cursor.Read<float>(key));
  return floats;
}

}  // namespace r1
