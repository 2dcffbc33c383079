#include "base/tensorboard.h"

#include <bit>
#include <chrono>
#include <cstring>
#include <optional>

#include "base/crc32c.h"
#include "base/files.h"

namespace r1 {
namespace {

// Protobuf wire encoding, as far as events need it. The numbers are the fields of event.proto, summary.proto and tensor.proto.
constexpr int kEventWallTime = 1, kEventStep = 2, kEventFileVersion = 3, kEventSummary = 5;
constexpr int kSummaryValue = 1;
constexpr int kValueTag = 1, kValueSimpleValue = 2, kValueTensor = 8, kValueMetadata = 9;
constexpr int kMetadataPluginData = 1, kPluginDataName = 1;
constexpr int kTensorDType = 1, kTensorShape = 2, kTensorStringVal = 8;
constexpr int kShapeDim = 2, kDimSize = 1;
constexpr uint64_t kDTypeString = 7;

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void PutVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
void PutKey(int field, WireType type, std::string& out) { PutVarint(static_cast<uint64_t>(field) << 3 | type, out); }
template <class T>
void PutLittleEndian(T value, std::string& out) {
  for (size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i));
}
void PutInt(int field, uint64_t value, std::string& out) {
  PutKey(field, kVarint, out);
  PutVarint(value, out);
}
void PutDouble(int field, double value, std::string& out) {
  PutKey(field, kFixed64, out);
  PutLittleEndian(std::bit_cast<uint64_t>(value), out);
}
void PutFloat(int field, float value, std::string& out) {
  PutKey(field, kFixed32, out);
  PutLittleEndian(std::bit_cast<uint32_t>(value), out);
}
void PutBytes(int field, std::string_view bytes, std::string& out) {
  PutKey(field, kBytes, out);
  PutVarint(bytes.size(), out);
  out += bytes;
}

std::string EventHead(double wall_time, int64_t step) {
  std::string event;
  PutDouble(kEventWallTime, wall_time, event);
  if (step != 0) PutInt(kEventStep, static_cast<uint64_t>(step), event);  // proto3 leaves out zeros
  return event;
}

template <class T>
T LittleEndianAt(std::string_view bytes, size_t at) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  return value;
}

// The payload of the record at `at`, or nullopt if it is incomplete or damaged.
constexpr size_t kHeadBytes = 12, kTailBytes = 4;
std::optional<std::string_view> RecordAt(std::string_view file, size_t at) {
  if (file.size() - at < kHeadBytes + kTailBytes) return std::nullopt;
  if (MaskedCrc32c(file.substr(at, 8)) != LittleEndianAt<uint32_t>(file, at + 8)) return std::nullopt;
  const uint64_t length = LittleEndianAt<uint64_t>(file, at);
  if (length > file.size() - at - kHeadBytes - kTailBytes) return std::nullopt;
  const std::string_view payload = file.substr(at + kHeadBytes, length);
  if (MaskedCrc32c(payload) != LittleEndianAt<uint32_t>(file, at + kHeadBytes + length)) return std::nullopt;
  return payload;
}

// The step of an event that EventHead() began: a wall time, then perhaps a step.
int64_t StepOf(std::string_view event) {
  if (event.size() < 10 || static_cast<uint8_t>(event[9]) != (kEventStep << 3 | kVarint)) return 0;
  uint64_t step = 0;
  for (size_t i = 10, shift = 0; i < event.size() && shift < 64; ++i, shift += 7) {
    step |= static_cast<uint64_t>(event[i] & 0x7f) << shift;
    if (!(event[i] & 0x80)) break;
  }
  return static_cast<int64_t>(step);
}

uint64_t BytesToKeep(std::string_view file, int64_t keep_through_step) {
  size_t keep = 0;
  while (const auto event = RecordAt(file, keep)) {
    if (StepOf(*event) > keep_through_step) break;
    keep += kHeadBytes + event->size() + kTailBytes;
  }
  return keep;
}

}  // namespace

double TensorBoardWriter::UnixSeconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TensorBoardWriter::TensorBoardWriter(const std::string& dir, int64_t keep_through_step, Clock clock)
    : file_(dir + "/" + kFileName), clock_(std::move(clock)) {
  const uint64_t keep =
      keep_through_step < 0 || file_.size() == 0 ? 0 : BytesToKeep(ReadFile(file_.path(), size_t{1} << 36), keep_through_step);
  if (keep != file_.size()) file_.Truncate(keep);
  if (keep == 0) {
    std::string event = EventHead(clock_(), 0);
    PutBytes(kEventFileVersion, "brain.Event:2", event);
    AppendEvent(event);
  }
}

void TensorBoardWriter::Scalar(int64_t step, std::string_view tag, float value) {
  const std::pair<std::string, float> one{tag, value};
  Scalars(step, {&one, 1});
}

void TensorBoardWriter::Scalars(int64_t step, std::span<const std::pair<std::string, float>> values) {
  std::string summary;
  for (const auto& [tag, number] : values) {
    std::string value;
    PutBytes(kValueTag, tag, value);
    PutFloat(kValueSimpleValue, number, value);
    PutBytes(kSummaryValue, value, summary);
  }
  std::string event = EventHead(clock_(), step);
  PutBytes(kEventSummary, summary, event);
  AppendEvent(event);
}

void TensorBoardWriter::Text(int64_t step, std::string_view tag, std::string_view text) {
  std::string dim, shape, tensor;
  PutInt(kDimSize, 1, dim);
  PutBytes(kShapeDim, dim, shape);
  PutInt(kTensorDType, kDTypeString, tensor);
  PutBytes(kTensorShape, shape, tensor);
  PutBytes(kTensorStringVal, text, tensor);

  std::string plugin, metadata;
  PutBytes(kPluginDataName, "text", plugin);
  PutBytes(kMetadataPluginData, plugin, metadata);

  std::string value, summary;
  PutBytes(kValueTag, tag, value);
  PutBytes(kValueTensor, tensor, value);
  PutBytes(kValueMetadata, metadata, value);
  PutBytes(kSummaryValue, value, summary);

  std::string event = EventHead(clock_(), step);
  PutBytes(kEventSummary, summary, event);
  AppendEvent(event);
}

void TensorBoardWriter::AppendEvent(std::string_view event) {
  std::string record;
  PutLittleEndian(static_cast<uint64_t>(event.size()), record);
  PutLittleEndian(MaskedCrc32c(record), record);
  record += event;
  PutLittleEndian(MaskedCrc32c(event), record);
  file_.Append(record);
}

}  // namespace r1
