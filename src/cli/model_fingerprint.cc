#include "cli/model_fingerprint.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"

namespace r1 {
namespace {

// The files of a model, sorted; `weights`: only those that its arithmetic comes from.
std::vector<std::string> FilesOf(const std::string& model, bool weights) {
  const std::filesystem::path path(model);
  const bool is_folder = std::filesystem::is_directory(path);
  // The parts of a split GGUF file differ in "-00001-of-00003.gguf" only.
  const std::string name = path.filename().string(), stem = name.substr(0, name.find("-00001-of-"));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(is_folder ? path : std::filesystem::absolute(path).parent_path())) {
    const std::string file = entry.path().filename().string();
    const bool is_part = is_folder || file == name || (stem != name && file.starts_with(stem + "-0"));
    const bool has_weights = file.ends_with(".safetensors") || file.ends_with(".gguf") || file == "config.json";
    if (entry.is_regular_file() && is_part && (has_weights || !weights)) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::string FingerprintOf(const std::string& model) {
  // Of a large file its beginning and samples from all of it: other weights differ everywhere, and to read them all takes minutes.
  constexpr size_t kSample = 1 << 16, kSamples = 64;
  Sha256 hash;
  hash.Update(R1_VERSION);
  for (const std::string& path : FilesOf(model, /*weights=*/false)) {
    const auto file = MappedFile::Open(path);
    hash.Update(StrCat("\n", std::filesystem::path(path).filename().string(), " ", file->size(), " "));
    const size_t size = file->size(), step = std::max(kSample, size / kSamples);
    for (size_t at = 0; at < size; at += step) hash.Update(file->data() + at, std::min(kSample, size - at));
  }
  return "r1-" + hash.Hex().substr(0, 16);
}

std::string WeightsSha256(const std::string& model) {
  Sha256 hash;
  for (const std::string& path : FilesOf(model, /*weights=*/true)) {
    const auto file = MappedFile::Open(path);
    hash.Update(StrCat(std::filesystem::path(path).filename().string(), " ", file->size(), "\n"));
    hash.Update(file->data(), file->size());
  }
  return hash.Hex();
}

}  // namespace r1
