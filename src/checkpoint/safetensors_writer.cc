#include "checkpoint/safetensors_writer.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/check.h"
#include "base/error.h"

namespace r1 {

SafetensorsWriter::SafetensorsWriter(const std::string& path, const std::vector<Declared>& tensors,
                                     std::map<std::string, std::string> metadata)
    : file_(path) {
  constexpr const char* kMetadata = "__metadata__";
  metadata.emplace("format", "pt");
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  auto& rows = header.get_ref<nlohmann::ordered_json::object_t&>();  // operator[] would search the whole list for each name
  rows.emplace_back(kMetadata, metadata);
  std::set<std::string_view> names;
  for (const Declared& t : tensors) {
    Require(t.name != kMetadata && names.insert(t.name).second, path, ": tensor name ", t.name, " is reserved or stands twice");
    Require(!IsQuantized(t.dtype), path, ": tensor ", t.name, ": safetensors have no ", DTypeName(t.dtype));
    std::vector<int64_t> dims;
    for (int i = 0; i < t.shape.rank(); ++i) dims.push_back(t.shape[i]);
    const uint64_t end = left_ + DTypeBytes(t.dtype, t.shape.numel());
    rows.emplace_back(t.name,
                      nlohmann::ordered_json{{"dtype", DTypeName(t.dtype)}, {"shape", dims}, {"data_offsets", {left_, end}}});
    left_ = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception&) {
    Fail(ErrorCode::kInvalidArgument, path, ": tensor names and metadata must be valid UTF-8");
  }
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string length(8, '\0');
  for (size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i));
  file_.Write(length);
  file_.Write(text);
}

void SafetensorsWriter::Write(const void* data, size_t bytes) {
  CHECK(bytes <= left_);
  file_.Write(data, bytes);
  left_ -= bytes;
}

void SafetensorsWriter::Commit() {
  CHECK(left_ == 0);
  file_.Commit();
}

}  // namespace r1
