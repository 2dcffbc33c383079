#include "checkpoint/gguf_writer.h"

#include <algorithm>

#include "base/check.h"
#include "base/error.h"
#include "checkpoint/gguf.h"

namespace r1 {
namespace {

constexpr uint64_t kAlignment = 32;  // the format's default, so that general.alignment need not be written

uint64_t Padding(uint64_t position) { return (kAlignment - position % kAlignment) % kAlignment; }

template <class T>
std::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

std::string StringBytes(std::string_view text) { return std::string(BytesOf(uint64_t{text.size()})) + std::string(text); }

std::string ArrayHead(GgufType element, uint64_t count) { return std::string(BytesOf(element)) + std::string(BytesOf(count)); }

}  // namespace

void GgufWriter::Set(std::string_view key, GgufType type, std::string_view value) {
  CHECK(!header_written_);
  const std::string bytes = std::string(BytesOf(type)) + std::string(value);
  const auto found = std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& pair) { return pair.key == key; });
  if (found == pairs_.end()) {
    pairs_.push_back({std::string(key), bytes});
  } else {
    found->bytes = bytes;
  }
}

void GgufWriter::SetU32(std::string_view key, uint32_t value) { Set(key, GgufType::kU32, BytesOf(value)); }
void GgufWriter::SetF32(std::string_view key, float value) { Set(key, GgufType::kF32, BytesOf(value)); }
void GgufWriter::SetBool(std::string_view key, bool value) { Set(key, GgufType::kBool, BytesOf(static_cast<uint8_t>(value))); }
void GgufWriter::SetString(std::string_view key, std::string_view value) { Set(key, GgufType::kString, StringBytes(value)); }
void GgufWriter::SetRaw(std::string_view key, const GgufMetadata::Value& value) { Set(key, value.type, value.bytes); }

void GgufWriter::SetStrings(std::string_view key, std::span<const std::string> values) {
  std::string bytes = ArrayHead(GgufType::kString, values.size());
  for (const std::string& value : values) bytes += StringBytes(value);
  Set(key, GgufType::kArray, bytes);
}

void GgufWriter::SetI32s(std::string_view key, std::span<const int32_t> values) {
  std::string bytes = ArrayHead(GgufType::kI32, values.size());
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  Set(key, GgufType::kArray, bytes);
}

void GgufWriter::SetF32s(std::string_view key, std::span<const float> values) {
  std::string bytes = ArrayHead(GgufType::kF32, values.size());
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  Set(key, GgufType::kArray, bytes);
}

void GgufWriter::Remove(std::string_view key) {
  std::erase_if(pairs_, [&](const Pair& pair) { return pair.key == key; });
}

void GgufWriter::Declare(std::string_view name, DType dtype, Shape shape) {
  CHECK(!header_written_);
  Require(GgmlType(dtype).has_value(), path_, ": tensor ", name, ": GGUF has no ", DTypeName(dtype));
  Require(std::none_of(tensors_.begin(), tensors_.end(), [&](const Declared& t) { return t.name == name; }), path_, ": tensor ",
          name, " stands twice");
  const uint64_t size = DTypeBytes(dtype, shape.numel());
  tensors_.push_back({std::string(name), dtype, shape, data_bytes_, size});
  data_bytes_ += size + Padding(size);
}

void GgufWriter::WriteHeader() {
  header_written_ = true;
  std::string header = "GGUF";
  const auto put = [&](const auto& value) { header += BytesOf(value); };
  put(uint32_t{3});
  put(uint64_t{tensors_.size()});
  put(uint64_t{pairs_.size()});
  for (const Pair& pair : pairs_) header += StringBytes(pair.key) + pair.bytes;
  for (const Declared& t : tensors_) {
    header += StringBytes(t.name);
    put(static_cast<uint32_t>(t.shape.rank()));
    for (int i = t.shape.rank() - 1; i >= 0; --i) put(static_cast<uint64_t>(t.shape[i]));  // fastest first
    put(*GgmlType(t.dtype));
    put(t.offset);
  }
  header.append(Padding(header.size()), '\0');
  file_.Write(header);
}

void GgufWriter::Write(const void* data, size_t bytes) {
  if (!header_written_) WriteHeader();
  CHECK(next_ < tensors_.size() && next_written_ + bytes <= tensors_[next_].size);
  file_.Write(data, bytes);
  next_written_ += bytes;
  if (next_written_ < tensors_[next_].size) return;
  const std::string padding(Padding(next_written_), '\0');
  file_.Write(padding);
  ++next_;
  next_written_ = 0;
}

void GgufWriter::Commit() {
  if (!header_written_) WriteHeader();
  while (next_ < tensors_.size() && tensors_[next_].size == 0) ++next_;
  CHECK(next_ == tensors_.size());
  file_.Commit();
}

}  // namespace r1
