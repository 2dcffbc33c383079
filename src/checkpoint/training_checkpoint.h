// Folders of files that are complete or not there: a checkpoint is written under a temporary name, made durable, and renamed into
// place. A manifest inside (SHA256SUMS, in sha256sum's format) names every file; loading checks each one.
//
// A run's checkpoints lie side by side as step-000123. Whatever kills the process, the last complete one stays.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/temporary.h"
#include "checkpoint/safetensors.h"

namespace r1 {

// Usage: add files, then Commit. Without Commit (an error, an exception) nothing remains. Errors as in base/files.h.
class CheckpointWriter {
 public:
  // Commit will make `dir`; its parent folders are created now.
  explicit CheckpointWriter(std::string dir);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  // Names are plain file names; each may be used once.
  void AddText(const std::string& name, std::string_view contents);
  void AddTensors(const std::string& name, const std::vector<NamedTensor>& tensors,
                  std::map<std::string, std::string> metadata = {});
  // For a caller that writes by itself: the path to write to. The file must be there when Commit is called.
  std::string AddPath(const std::string& name);

  // Everything reaches the disk, then the folder takes its name; an older folder of that name is replaced.
  void Commit();

 private:
  std::string dir_;
  Temporary temporary_;
  std::map<std::string, std::string> sha256_;  // by name; "" until the file is there
};

// A checkpoint whose files have been checked against its manifest.
class CheckpointReader {
 public:
  // Throws kNotFound if there is no such folder; kDataLoss naming the file if the manifest is missing or malformed, or a file is
  // missing, altered or truncated.
  static CheckpointReader Open(const std::string& dir);

  const std::string& dir() const { return dir_; }
  bool Has(const std::string& name) const { return sha256_.contains(name); }
  std::string Path(const std::string& name) const;  // throws kNotFound unless the manifest names it
  std::string ReadText(const std::string& name) const;
  SafetensorsFile Tensors(const std::string& name) const;
  const std::map<std::string, std::string>& sha256() const { return sha256_; }  // by file name

 private:
  std::string dir_;
  std::map<std::string, std::string> sha256_;
};

// `root`/step-000123 (more digits from a million on).
std::string StepCheckpointDir(const std::string& root, int64_t step);

struct LatestCheckpoint {
  std::optional<CheckpointReader> checkpoint;  // none if there is no complete one
  int64_t step = -1;
  std::vector<std::string> skipped;  // newer but damaged ones, as messages for the user
};
// The newest step-* folder that is complete. Unfinished temporary folders do not count.
LatestCheckpoint FindLatestCheckpoint(const std::string& root);

// Steps of the step-* folders that have a manifest, ascending; their files are not checked.
std::vector<int64_t> ListCheckpointSteps(const std::string& root);

// Removes all but the newest `keep` (at least 1) checkpoints, and what dead writers left behind.
void PruneCheckpoints(const std::string& root, int64_t keep);

}  // namespace r1
