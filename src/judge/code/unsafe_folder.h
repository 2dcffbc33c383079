// Where a run's files lie when there is no sandbox: a folder of this machine, with box/ and tmp/ in it.
#pragma once

#include <string>

#include "judge/code/run_program.h"

namespace r1 {

class UnsafeFolder {
 public:
  // Writes the run's files and the supervisor. `user` owns the scratch folder, or -1.
  UnsafeFolder(const RunRequest& request, const OwnedFd& supervisor, int user);
  ~UnsafeFolder();
  UnsafeFolder(const UnsafeFolder&) = delete;
  UnsafeFolder& operator=(const UnsafeFolder&) = delete;

  // A word of the run with its paths below kBoxFolder and kScratchFolder as paths of this folder.
  std::string Map(const std::string& word) const;

 private:
  std::string path_;
};

}  // namespace r1
