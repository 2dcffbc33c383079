#include "checkpoint/safetensors.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "checkpoint/borrow_tensor.h"
#include "checkpoint/safetensors_writer.h"

namespace r1 {
namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference implementation
constexpr const char* kMetadata = "__metadata__";

std::optional<DType> DTypeFromName(std::string_view name) {
  for (const DType dtype : {DType::kF32, DType::kBF16, DType::kF16, DType::kF64, DType::kF8E4M3, DType::kF8E5M2, DType::kI8,
                            DType::kU8, DType::kI16, DType::kI32, DType::kI64, DType::kBool})
    if (name == DTypeName(dtype)) return dtype;
  return std::nullopt;
}

uint64_t Unsigned(const nlohmann::json& value, const std::string& where) {
  if (!value.is_number_unsigned()) Fail(ErrorCode::kDataLoss, where, " must be a whole number of at least 0, got ", value.dump());
  return value.get<uint64_t>();
}

SafetensorsFile::Entry ReadEntry(const std::string& name, const nlohmann::json& value, uint64_t data_bytes,
                                 const std::string& what) {
  const std::string where = what + ": tensor " + name;
  if (!value.is_object()) Fail(ErrorCode::kDataLoss, where, ": expected an object, got ", value.type_name());
  SafetensorsFile::Entry entry{.name = name, .dtype = DType::kF32, .shape = {}, .begin = 0, .end = 0};
  const std::string dtype = value.at("dtype");
  const auto known = DTypeFromName(dtype);
  Require(known.has_value(), where, ": dtype ", dtype, " is not supported");
  entry.dtype = *known;

  const auto& shape = value.at("shape");
  if (!shape.is_array()) Fail(ErrorCode::kDataLoss, where, ": shape must be a list, got ", shape.type_name());
  Require(shape.size() <= Shape::kMaxRank, where, ": at most ", Shape::kMaxRank, " dimensions are supported, got ", shape.size());
  std::vector<int64_t> dims;
  uint64_t bytes = DTypeSize(entry.dtype);
  bool overflow = false;
  for (const auto& dim : shape) {
    const uint64_t d = Unsigned(dim, where + ": a dimension");
    // Also bounds each dimension alone, for shapes with a 0 that hides how large the others are.
    overflow |= d > (uint64_t{1} << 48) || __builtin_mul_overflow(bytes, d, &bytes);
    dims.push_back(static_cast<int64_t>(std::min(d, uint64_t{1} << 48)));
  }
  if (overflow) Fail(ErrorCode::kDataLoss, where, ": shape ", shape.dump(), " is impossibly large");
  entry.shape = Shape(std::span<const int64_t>(dims));

  const auto& offsets = value.at("data_offsets");
  if (!offsets.is_array() || offsets.size() != 2) Fail(ErrorCode::kDataLoss, where, ": data_offsets must be [begin, end]");
  entry.begin = Unsigned(offsets[0], where + ": an offset");
  entry.end = Unsigned(offsets[1], where + ": an offset");
  if (entry.begin > entry.end || entry.end > data_bytes)
    Fail(ErrorCode::kDataLoss, where, ": data_offsets [", entry.begin, ", ", entry.end, "] are outside the file's ", data_bytes,
         " bytes of data; the file may be truncated");
  if (entry.end - entry.begin != bytes)
    Fail(ErrorCode::kDataLoss, where, ": ", dtype, " ", entry.shape, " needs ", bytes, " bytes, data_offsets give ",
         entry.end - entry.begin);
  return entry;
}

}  // namespace

SafetensorsFile SafetensorsFile::Open(const std::string& path) {
  const std::shared_ptr<MappedFile> mapped = MappedFile::Open(path);
  return FromBytes(mapped, mapped->data(), mapped->size(), path);
}

SafetensorsFile SafetensorsFile::FromBytes(std::shared_ptr<void> owner, const std::byte* data, size_t size, std::string what) {
  SafetensorsFile file;
  file.what_ = std::move(what);
  file.owner_ = std::move(owner);
  if (size < 8) Fail(ErrorCode::kDataLoss, file.what_, ": not a safetensors file: ", size, " bytes, expected at least 8");
  uint64_t header_bytes = 0;
  for (int i = 7; i >= 0; --i) header_bytes = header_bytes << 8 | static_cast<uint64_t>(data[i]);
  if (header_bytes > kMaxHeaderBytes)
    Fail(ErrorCode::kDataLoss, file.what_, ": not a safetensors file: header of ", header_bytes, " bytes, expected at most ",
         kMaxHeaderBytes);
  if (header_bytes > size - 8)
    Fail(ErrorCode::kDataLoss, file.what_, ": truncated: header of ", header_bytes, " bytes in a file of ", size);
  file.data_ = data + 8 + header_bytes;
  const uint64_t data_bytes = size - 8 - header_bytes;

  const std::string_view text(reinterpret_cast<const char*>(data) + 8, header_bytes);
  const nlohmann::json header = ParseJson(text, file.what_, /*unique_keys=*/true);
  ReadingJson(file.what_, [&] {
    if (!header.is_object()) Fail(ErrorCode::kDataLoss, file.what_, ": the header must be an object, got ", header.type_name());
    for (const auto& [name, value] : header.items()) {
      if (name == kMetadata) {
        file.metadata_ = value.get<std::map<std::string, std::string>>();
      } else {
        file.entries_.push_back(ReadEntry(name, value, data_bytes, file.what_));
      }
    }
  });
  std::sort(file.entries_.begin(), file.entries_.end(), [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end != b.end ? a.end < b.end : a.name < b.name;
  });
  uint64_t expected = 0;
  for (const Entry& entry : file.entries_) {
    if (entry.begin != expected)
      Fail(ErrorCode::kDataLoss, file.what_, ": tensor ", entry.name, " begins at ", entry.begin, ", expected ", expected,
           entry.begin < expected ? ": it overlaps another" : ": there is a gap before it");
    expected = entry.end;
    file.index_.emplace(entry.name, file.index_.size());
  }
  if (expected != data_bytes) Fail(ErrorCode::kDataLoss, file.what_, ": ", data_bytes, " bytes of data, expected ", expected);
  return file;
}

Tensor SafetensorsFile::Get(std::string_view name) const {
  const auto found = index_.find(std::string(name));
  if (found == index_.end()) Fail(ErrorCode::kNotFound, what_, ": no tensor ", name);
  const Entry& entry = entries_[found->second];
  return BorrowOrCopy(owner_, data_ + entry.begin, entry.shape, entry.dtype);
}

void WriteSafetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                      std::map<std::string, std::string> metadata) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& t : tensors) {
    Require(t.tensor.defined(), path, ": tensor ", t.name, " is empty");
    order.push_back(&t);
  }
  std::stable_sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
    return DTypeBlockBytes(a->tensor.dtype()) > DTypeBlockBytes(b->tensor.dtype());
  });
  std::vector<SafetensorsWriter::Declared> declared;
  for (const NamedTensor* t : order) declared.push_back({t->name, t->tensor.dtype(), t->tensor.shape()});
  SafetensorsWriter writer(path, declared, std::move(metadata));
  for (const NamedTensor* t : order) writer.Write(t->tensor.raw(), t->tensor.bytes());
  writer.Commit();
}

CheckpointTensors CheckpointTensors::Open(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  CheckpointTensors result;
  result.path_ = path;
  const std::string index_path = path + "/model.safetensors.index.json";
  const auto add_whole_file = [&](const std::string& file) {
    result.files_.push_back(SafetensorsFile::Open(file));
    for (const auto& entry : result.files_.back().entries()) result.file_of_.emplace(entry.name, 0);
  };
  if (!fs::is_directory(path, ignored)) {
    add_whole_file(path);
  } else if (fs::exists(path + "/model.safetensors", ignored)) {
    add_whole_file(path + "/model.safetensors");
  } else if (fs::exists(index_path, ignored)) {
    const nlohmann::json index = ParseJson(ReadFile(index_path), index_path, /*unique_keys=*/true);
    std::map<std::string, size_t> files;
    ReadingJson(index_path, [&] {
      for (const auto& [name, value] : index.at("weight_map").items()) {
        const std::string file = value.get<std::string>();
        if (file.empty() || file.find('/') != std::string::npos)
          Fail(ErrorCode::kDataLoss, index_path, ": tensor ", name, " is in \"", file,
               "\", expected the name of a file in the same folder");
        const auto [place, fresh] = files.emplace(file, files.size());
        if (fresh) result.files_.push_back(SafetensorsFile::Open(path + "/" + file));
        if (!result.files_[place->second].Has(name)) Fail(ErrorCode::kDataLoss, index_path, ": ", file, " has no tensor ", name);
        result.file_of_.emplace(name, place->second);
      }
    });
  } else {
    Fail(ErrorCode::kNotFound, path, ": no weights: neither model.safetensors nor model.safetensors.index.json is there");
  }
  return result;
}

std::vector<std::string> CheckpointTensors::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : file_of_) names.push_back(name);
  return names;
}

Tensor CheckpointTensors::Get(std::string_view name) const {
  const auto found = file_of_.find(std::string(name));
  if (found == file_of_.end()) Fail(ErrorCode::kNotFound, path_, ": no tensor ", name);
  return files_[found->second].Get(name);
}

}  // namespace r1
