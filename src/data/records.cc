#include "data/records.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/ascii.h"
#include "base/data_ending.h"
#include "base/error.h"
#include "base/files.h"
#include "base/glob.h"
#include "base/inflate.h"
#include "base/json.h"
#include "data/csv.h"
#include "data/jsonl.h"
#include "parquet/parquet_file.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxTextBytes = size_t{1} << 30;  // of what is read or unpacked whole

// "train-00000-of-00002.parquet" -> "train"; "" where the name begins with no split.
std::string SplitOf(std::string_view name) {
  for (const char* split : {"train", "test", "validation", "valid", "dev"})
    if (name.starts_with(split)) return split;
  return "";
}

std::string Listed(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<DataFile> FilesIn(const std::string& folder, const std::string& pattern) {
  std::vector<DataFile> files;
  std::set<std::string> endings, splits, below;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (it->is_directory(error)) below.insert(name + "/");
    if (!it->is_regular_file(error) || name.starts_with('.')) continue;
    if (pattern.empty() ? DataEnding(name).empty() : !GlobMatches(pattern, name)) continue;
    files.push_back({it->path().string(), name});
    endings.insert(std::string(DataEnding(name)));
    if (const std::string split = SplitOf(name); !split.empty()) splits.insert(split);
  }
  if (error) FailErrno("list", folder, error.value());
  if (files.empty())
    Fail(ErrorCode::kNotFound, folder, pattern.empty() ? " holds no data files" : " holds no file " + pattern,
         below.empty() ? "" : "; below it are " + Listed(below));
  // What was named by a pattern was meant.
  if (pattern.empty() && (endings.size() > 1 || splits.size() > 1))
    Fail(ErrorCode::kInvalidArgument, folder, " holds ",
         endings.size() > 1 ? "files of several forms: " + Listed(endings) : "several splits: " + Listed(splits),
         "; name one file, or some as ", folder, "/test-*.parquet");
  std::sort(files.begin(), files.end(), [](const DataFile& a, const DataFile& b) { return a.name < b.name; });
  return files;
}

// What is done with records: those of JSON lines come as text, all others as values.
struct Visitor {
  RecordUse record;
  RecordLineUse line;
};

Visitor Parsing(const RecordUse& use) {
  return {use, [&use](std::string_view line, const std::string& where) { use(ParseJson(line, where), where); }};
}

void VisitJson(std::string_view text, const std::string& name, const Visitor& visitor) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  if (!Trim(text.substr(0, 4096)).starts_with('[')) return ForEachLine(text, name, visitor.line);
  if (text.size() > kMaxTextBytes) Fail(ErrorCode::kDataLoss, name, ": one JSON array of more than ", kMaxTextBytes >> 20, " MiB");
  const nlohmann::json list = ParseJson(text, name);
  for (size_t i = 0; i < list.size(); ++i) visitor.record(list[i], StrCat(name, ":", i + 1));
}

void VisitText(std::string_view text, const DataFile& file, const Visitor& visitor) {
  if (DataEnding(file.path).starts_with(".csv"))
    ForEachCsvRecord(text, file.name, visitor.record);
  else
    VisitJson(text, file.name, visitor);
}

void Visit(const DataFile& file, const Visitor& visitor) {
  const auto mapped = MappedFile::Open(file.path);
  const std::string_view bytes(reinterpret_cast<const char*>(mapped->data()), mapped->size());
  // What a file is, its first bytes say better than its name.
  if (bytes.starts_with("PAR1") || file.path.ends_with(".parquet")) {
    ParquetFile(bytes, file.name).ForEachRow([&](const nlohmann::json& row, int64_t number) {
      visitor.record(row, StrCat(file.name, ':', number + 1));
    });
  } else if (bytes.starts_with("\x1f\x8b")) {
    VisitText(Inflate(bytes, kMaxTextBytes, file.name), file, visitor);
  } else {
    VisitText(bytes, file, visitor);
  }
}

}  // namespace

std::vector<DataFile> DataFiles(const std::string& path) {
  const fs::path as_path(path);
  std::error_code error;
  if (fs::is_directory(as_path, error)) return FilesIn(path, "");
  const std::string name = as_path.filename().string();
  if (IsGlob(name) && !fs::exists(as_path, error)) return FilesIn(ParentDir(path), name);
  return {{path, name}};
}

void ForEachJsonRecord(std::string_view text, const std::string& name, const RecordUse& use) {
  VisitJson(text, name, Parsing(use));
}

void ForEachRecord(const DataFile& file, const RecordUse& use) { Visit(file, Parsing(use)); }

void ForEachRecord(const std::string& path, const RecordUse& use) {
  for (const DataFile& file : DataFiles(path)) ForEachRecord(DataFile{file.path, file.path}, use);
}

void ForEachRecordLine(const std::string& path, const RecordLineUse& use) {
  const auto as_line = [&use](const nlohmann::json& record, const std::string& where) {
    use(record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), where);
  };
  for (const DataFile& file : DataFiles(path)) Visit({file.path, file.path}, {as_line, use});
}

}  // namespace r1
