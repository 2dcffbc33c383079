#include "hub/data_set_name.h"

#include <filesystem>

#include "base/data_ending.h"
#include "base/error.h"
#include "base/glob.h"
#include "hub/model_store.h"

namespace r1 {
namespace {

constexpr std::string_view kPrefix = "datasets/";

bool IsDescription(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "dataset_infos.json" || name == "dataset_info.json" || name == "dataset_dict.json" || name == "state.json";
}

// A few of them; some repositories hold thousands of files.
std::string Listed(const std::vector<HubFile>& files) {
  constexpr size_t kMost = 20;
  std::string text;
  size_t count = 0;
  for (const HubFile& file : files)
    if (!DataEnding(file.path).empty() && !IsDescription(file.path) && ++count <= kMost)
      text += (text.empty() ? "" : ", ") + file.path;
  if (count == 0) return "it holds no JSON lines, JSON, Parquet or CSV";
  return "its data files: " + text + (count > kMost ? StrCat(" and ", count - kMost, " more") : "");
}

}  // namespace

std::optional<DataSetName> DataSetName::Parse(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  const auto name = ModelName::Parse(text.substr(kPrefix.size()));
  if (!name) return std::nullopt;
  return DataSetName{name->repo, name->file};
}

std::vector<HubFile> ChooseDataFiles(const DataSetName& name, const std::vector<HubFile>& files) {
  std::vector<HubFile> chosen;
  for (const HubFile& file : files) {
    const bool data = !DataEnding(file.path).empty() && !IsDescription(file.path);
    const bool below = data && file.path.starts_with(name.files + "/");
    if (name.files.empty() ? data : file.path == name.files || below || GlobMatches(name.files, file.path)) chosen.push_back(file);
  }
  if (chosen.empty())
    Fail(ErrorCode::kNotFound, name.repo, name.files.empty() ? " has nothing to read; " : " has no file " + name.files + "; ",
         Listed(files));
  return chosen;
}

std::string StoredDataSetDir(const std::string& repo) { return StoreDir("R1_DATASETS", "datasets") + "/" + repo; }

std::optional<std::string> FindStoredDataSet(std::string_view text) {
  const auto name = DataSetName::Parse(text);
  if (!name) return std::nullopt;
  const std::string dir = StoredDataSetDir(name->repo);
  std::error_code error;
  if (!std::filesystem::exists(dir, error)) Fail(ErrorCode::kNotFound, text, " is not here; `r1 pull '", text, "'` downloads it");
  return name->files.empty() ? dir : dir + "/" + name->files;
}

std::string DataPath(const std::string& text) {
  std::error_code error;
  if (text.empty() || std::filesystem::exists(text, error)) return text;
  return FindStoredDataSet(text).value_or(text);
}

}  // namespace r1
