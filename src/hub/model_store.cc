#include "hub/model_store.h"

#include <algorithm>
#include <filesystem>

#include "base/env.h"
#include "base/error.h"

namespace r1 {

namespace fs = std::filesystem;

std::string StoreDir(const char* variable, const std::string& kind) {
  if (const auto dir = EnvironmentVariable(variable)) return *dir;
  if (const auto cache = EnvironmentVariable("XDG_CACHE_HOME")) return *cache + "/r1/" + kind;
  const auto home = EnvironmentVariable("HOME");
  Require(home.has_value(), "no place for downloaded ", kind, ": set ", variable, ", XDG_CACHE_HOME or HOME");
  return *home + "/.cache/r1/" + kind;
}

std::string ModelStoreDir() { return StoreDir("R1_MODELS", "models"); }

std::string StoredModelDir(const ModelName& name) { return ModelStoreDir() + "/" + name.repo; }

std::optional<std::string> FindStoredModel(std::string_view text) {
  const auto name = ModelName::Parse(text);
  if (!name) return std::nullopt;
  if (!EnvironmentVariable("R1_MODELS") && !EnvironmentVariable("XDG_CACHE_HOME") && !EnvironmentVariable("HOME"))
    return std::nullopt;
  const std::string dir = StoredModelDir(*name);
  std::error_code error;
  if (name->file.empty() && fs::exists(dir + "/config.json", error)) return dir;
  std::vector<HubFile> files;
  for (fs::recursive_directory_iterator it(dir, error), end; !error && it != end; it.increment(error))
    if (it->is_regular_file(error) && it->path().extension() == ".gguf")
      files.push_back({.path = fs::relative(it->path(), dir, error).string()});
  std::sort(files.begin(), files.end(), [](const HubFile& a, const HubFile& b) { return a.path < b.path; });
  if (files.empty()) return std::nullopt;
  if (name->file.empty() && files.size() == 1) return dir + "/" + files[0].path;
  if (name->file.empty()) {
    // The parts of one split file are one model.
    const size_t of = files[0].path.rfind("-of-");
    if (of != std::string::npos && of >= 6 && std::all_of(files.begin(), files.end(), [&](const HubFile& f) {
          return f.path.starts_with(files[0].path.substr(0, of - 6));
        }))
      return dir + "/" + files[0].path;
  }
  try {
    return dir + "/" + ChooseFiles(*name, files).front().path;
  } catch (const Error& e) {
    if (e.code() == ErrorCode::kNotFound) return std::nullopt;
    throw;
  }
}

}  // namespace r1
