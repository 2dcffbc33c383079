#include "checkpoint/training_checkpoint.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "base/check.h"
#include "base/error.h"
#include "base/files.h"
#include "base/sha256.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "SHA256SUMS";
constexpr std::string_view kStepPrefix = "step-";

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && name.find('\n') == std::string_view::npos && name != "." &&
         name != "..";
}

// The names in a folder; none if it cannot be read.
std::vector<std::string> NamesIn(const std::string& dir) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error))
    names.push_back(it->path().filename().string());
  return names;
}

std::optional<int64_t> Number(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

std::string StepName(int64_t step) {
  std::string digits = std::to_string(step);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return std::string(kStepPrefix) + digits;
}

// Only names as we write them: step-5 is somebody else's folder.
std::optional<int64_t> StepOfName(std::string_view name) {
  const auto step = name.starts_with(kStepPrefix) ? Number(name.substr(kStepPrefix.size())) : std::nullopt;
  return step.has_value() && StepName(*step) == name ? step : std::nullopt;
}

// "<64 hex digits>  <name>" a line, as sha256sum writes and checks.
std::map<std::string, std::string> ParseManifest(const std::string& text, const std::string& path) {
  std::map<std::string, std::string> sums;
  for (size_t begin = 0, line = 1; begin < text.size(); ++line) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) Fail(ErrorCode::kDataLoss, path, ":", line, ": truncated line");
    const std::string_view row = std::string_view(text).substr(begin, end - begin);
    const bool hex = row.size() > 66 && row.substr(0, 64).find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!hex || row.substr(64, 2) != "  " || !IsPlainName(row.substr(66)))
      Fail(ErrorCode::kDataLoss, path, ":", line, ": expected a SHA-256 and a file name");
    if (!sums.emplace(row.substr(66), row.substr(0, 64)).second)
      Fail(ErrorCode::kDataLoss, path, ":", line, ": file ", row.substr(66), " stands twice");
    begin = end + 1;
  }
  return sums;
}

// A name as people complete it on a command line, "out/": what is written beside it must not land inside.
std::string WithoutTrailingSlashes(std::string dir) {
  while (dir.size() > 1 && dir.ends_with('/')) dir.pop_back();
  return dir;
}

Temporary CreateFolderFor(const std::string& dir) {
  std::error_code error;
  fs::create_directories(ParentDir(dir), error);
  if (error) FailErrno("create", dir, error.value());
  return CreateTemporaryFolder(dir);
}

void FsyncFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) FailErrno("open", path, errno);
  const int failed = ::fsync(fd) != 0 ? errno : 0;
  ::close(fd);
  if (failed != 0) FailErrno("sync", path, failed);
}

}  // namespace

CheckpointWriter::CheckpointWriter(std::string dir)
    : dir_(WithoutTrailingSlashes(std::move(dir))), temporary_(CreateFolderFor(dir_)) {}

CheckpointWriter::~CheckpointWriter() {
  std::error_code ignored;
  fs::remove_all(temporary_.path, ignored);  // after Commit: what it replaced, if anything
}

std::string CheckpointWriter::AddPath(const std::string& name) {
  CHECK(IsPlainName(name) && name != kManifest);
  CHECK(sha256_.emplace(name, "").second);
  return temporary_.path + "/" + name;
}

void CheckpointWriter::AddText(const std::string& name, std::string_view contents) {
  AtomicWriteFile(AddPath(name), contents);
  sha256_[name] = Sha256Hex(contents);
}

void CheckpointWriter::AddTensors(const std::string& name, const std::vector<NamedTensor>& tensors,
                                  std::map<std::string, std::string> metadata) {
  WriteSafetensors(AddPath(name), tensors, std::move(metadata));
}

void CheckpointWriter::Commit() {
  std::string manifest;
  for (auto& [name, sum] : sha256_) {
    if (sum.empty()) {
      const std::string path = temporary_.path + "/" + name;
      FsyncFile(path);
      sum = Sha256HexOfFile(path);
    }
    manifest += sum + "  " + name + "\n";
  }
  AtomicWriteFile(temporary_.path + "/" + kManifest, manifest);
  FsyncDir(temporary_.path);
  if (::rename(temporary_.path.c_str(), dir_.c_str()) != 0) {
    if (errno != ENOTEMPTY && errno != EEXIST) FailErrno("write", dir_, errno);
    // An older folder has the name: swap the two in one step; the destructor then removes the old one under the temporary name.
    if (::renameat2(AT_FDCWD, temporary_.path.c_str(), AT_FDCWD, dir_.c_str(), RENAME_EXCHANGE) != 0)
      FailErrno("replace", dir_, errno);
  }
  FsyncDir(ParentDir(dir_));
}

CheckpointReader CheckpointReader::Open(const std::string& dir) {
  std::error_code error;
  if (!fs::is_directory(dir, error)) Fail(ErrorCode::kNotFound, dir, ": there is no checkpoint folder of this name");
  CheckpointReader reader;
  reader.dir_ = dir;
  const std::string manifest_path = dir + "/" + kManifest;
  if (!fs::exists(manifest_path, error)) Fail(ErrorCode::kDataLoss, dir, ": not a complete checkpoint: ", kManifest, " is missing");
  reader.sha256_ = ParseManifest(ReadFile(manifest_path), manifest_path);
  for (const auto& [name, expected] : reader.sha256_) {
    const std::string path = dir + "/" + name;
    if (!fs::exists(path, error)) Fail(ErrorCode::kDataLoss, path, ": the file is missing; ", kManifest, " names it");
    const std::string found = Sha256HexOfFile(path);
    if (found != expected)
      Fail(ErrorCode::kDataLoss, path, ": the file is damaged: its SHA-256 begins ", found.substr(0, 12), ", expected ",
           expected.substr(0, 12));
  }
  return reader;
}

std::string CheckpointReader::Path(const std::string& name) const {
  if (!Has(name)) Fail(ErrorCode::kNotFound, dir_, ": the checkpoint has no file ", name);
  return dir_ + "/" + name;
}

std::string CheckpointReader::ReadText(const std::string& name) const { return ReadFile(Path(name)); }
SafetensorsFile CheckpointReader::Tensors(const std::string& name) const { return SafetensorsFile::Open(Path(name)); }

std::string StepCheckpointDir(const std::string& root, int64_t step) {
  CHECK(step >= 0);
  return root + "/" + StepName(step);
}

std::vector<int64_t> ListCheckpointSteps(const std::string& root) {
  std::vector<int64_t> steps;
  std::error_code ignored;
  for (const std::string& name : NamesIn(root))
    if (const auto step = StepOfName(name);
        step.has_value() && fs::exists(StepCheckpointDir(root, *step) + "/" + kManifest, ignored))
      steps.push_back(*step);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

LatestCheckpoint FindLatestCheckpoint(const std::string& root) {
  LatestCheckpoint latest;
  std::vector<int64_t> steps;
  for (const std::string& name : NamesIn(root))
    if (const auto step = StepOfName(name)) steps.push_back(*step);
  std::sort(steps.rbegin(), steps.rend());
  for (const int64_t step : steps) {
    try {
      latest.checkpoint = CheckpointReader::Open(StepCheckpointDir(root, step));
      latest.step = step;
      break;
    } catch (const Error& e) {
      if (e.code() != ErrorCode::kDataLoss && e.code() != ErrorCode::kNotFound) throw;  // that it cannot be read says nothing of it
      latest.skipped.push_back(e.what());
    }
  }
  return latest;
}

void PruneCheckpoints(const std::string& root, int64_t keep) {
  CHECK(keep >= 1);
  std::error_code ignored;
  RemoveAbandonedIn(root);
  const std::vector<int64_t> steps = ListCheckpointSteps(root);
  for (size_t i = 0; i + static_cast<size_t>(keep) < steps.size(); ++i) {
    // Out of the way under a temporary name first, so that a half-removed folder is never taken for a damaged checkpoint.
    const std::string dir = StepCheckpointDir(root, steps[i]), doomed = DoomedName(dir);
    if (::rename(dir.c_str(), doomed.c_str()) != 0) FailErrno("remove", dir, errno);
    fs::remove_all(doomed, ignored);
  }
}

}  // namespace r1
