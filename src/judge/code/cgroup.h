// Control groups for runs: the kernel's own limits on memory and processes of a whole family, where this user may make groups.
// Version 1 and version 2 are told apart by what is mounted. Without them the supervisor's watching is what holds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "judge/code/limits.h"

namespace r1 {

// The groups of one run: one folder in each hierarchy, removed with this object.
class RunCgroup {
 public:
  RunCgroup(std::vector<std::string> folders, bool v2) : folders_(std::move(folders)), v2_(v2) {}
  ~RunCgroup();
  RunCgroup(const RunCgroup&) = delete;
  RunCgroup& operator=(const RunCgroup&) = delete;

  std::vector<std::string> ProcsFiles() const;  // a process that writes its id there belongs to the group
  bool OutOfMemory() const;                     // the kernel killed a process of the group for its memory
  std::optional<int64_t> PeakBytes() const;
  void Kill() const;  // whatever is left in it

 private:
  std::vector<std::string> folders_;  // memory first
  bool v2_;
};

class CgroupTree {
 public:
  // Looks at where this process is (`self`, the text of /proc/self/cgroup) below `root` for a place where groups can be made. Null:
  // none. Groups that a killed judge has left there are removed.
  static std::unique_ptr<CgroupTree> Find(const std::string& root = "/sys/fs/cgroup", const std::string& self = "");

  // Null if the system refuses: the run goes on without.
  std::unique_ptr<RunCgroup> Make(const RunLimits& limits) const;

 private:
  std::vector<std::string> parents_;  // memory, pids; the same one in version 2
  bool v2_ = false;
};

}  // namespace r1
