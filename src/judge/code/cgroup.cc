#include "judge/code/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "r1-judge-";       // then a process id and a number
constexpr int64_t kSupervisorBytes = int64_t{4} << 20;  // what bubblewrap and the supervisor need themselves

std::string ReadSmall(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool Write(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool whole = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return whole;
}

// The number after `key` and a space in lines "key number".
std::optional<int64_t> NumberAfter(const std::string& text, std::string_view key) {
  std::istringstream lines(text);
  for (std::string name; lines >> name;) {
    int64_t number = 0;
    if (name == key && lines >> number) return number;
  }
  return std::nullopt;
}

void KillMembers(const std::string& folder) {
  std::istringstream members(ReadSmall(folder + "/cgroup.procs"));
  for (int pid = 0; members >> pid;) {
    if (pid > 0) kill(pid, SIGKILL);
  }
}

// A group is busy for a moment after its last process has died.
void Remove(const std::string& folder) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (rmdir(folder.c_str()) == 0 || errno != EBUSY) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt < 20 ? 1 : 10));
    if (attempt > 20) KillMembers(folder);
  }
}

void RemoveAbandoned(const std::string& parent) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename();
    int pid = 0;
    if (!name.starts_with(kPrefix)) continue;
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), pid);
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) {
      KillMembers(entry.path());
      Remove(entry.path());
    }
  }
}

bool HasWord(const std::string& text, std::string_view word) {
  std::istringstream words(text);
  for (std::string next; words >> next;) {
    if (next == word) return true;
  }
  return false;
}

// The path of this process in the hierarchy with `controller` ("" for version 2), from lines "7:pids:/a/b".
std::optional<std::string> OwnPath(const std::string& self, std::string_view controller) {
  std::istringstream lines(self);
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string names = line.substr(first + 1, second - first - 1);
    for (char& c : names) c = c == ',' ? ' ' : c;
    if (controller.empty() ? names.empty() : HasWord(names, controller)) return line.substr(second + 1);
  }
  return std::nullopt;
}

bool CanMakeGroups(const std::string& folder) {
  const std::string trial = folder + "/" + std::string(kPrefix) + std::to_string(getpid()) + "-trial";
  if (mkdir(trial.c_str(), 0755) != 0) return false;
  Remove(trial);
  return true;
}

// Version 2: a group with processes cannot have limited children, so the place is the nearest group above this process's that hands
// memory and pids down.
std::optional<std::string> FindV2(const std::string& mount, std::string path) {
  for (;;) {
    const std::string folder = mount + (path == "/" ? "" : path);
    const std::string handed_down = ReadSmall(folder + "/cgroup.subtree_control");
    if (HasWord(handed_down, "memory") && HasWord(handed_down, "pids") && CanMakeGroups(folder)) return folder;
    if (path.empty() || path == "/") return std::nullopt;
    path = path.substr(0, path.rfind('/'));
  }
}

}  // namespace

std::unique_ptr<CgroupTree> CgroupTree::Find(const std::string& root, const std::string& self) {
  const std::string where = self.empty() ? ReadSmall("/proc/self/cgroup") : self;
  auto tree = std::make_unique<CgroupTree>();
  const auto memory = OwnPath(where, "memory"), pids = OwnPath(where, "pids"), unified = OwnPath(where, "");
  if (memory && pids) {
    tree->parents_ = {root + "/memory" + *memory, root + "/pids" + *pids};
    for (const std::string& parent : tree->parents_) {
      if (!CanMakeGroups(parent)) return nullptr;
    }
  } else if (unified) {
    const auto folder = FindV2(root, *unified);
    if (!folder) return nullptr;
    tree->parents_ = {*folder};
    tree->v2_ = true;
  } else {
    return nullptr;
  }
  for (const std::string& parent : tree->parents_) RemoveAbandoned(parent);
  return tree;
}

std::unique_ptr<RunCgroup> CgroupTree::Make(const RunLimits& limits) const {
  static std::atomic<uint64_t> next = 0;
  const std::string name = "/" + std::string(kPrefix) + std::to_string(getpid()) + "-" + std::to_string(next++);
  std::vector<std::string> folders;
  for (const std::string& parent : parents_) {
    if (mkdir((parent + name).c_str(), 0755) != 0) {
      RunCgroup made(folders, v2_);  // removes what is there
      return nullptr;
    }
    folders.push_back(parent + name);
  }
  auto group = std::make_unique<RunCgroup>(folders, v2_);
  const std::string memory = std::to_string(limits.memory_bytes + kSupervisorBytes);
  const std::string processes = std::to_string(limits.processes + 3);  // bubblewrap twice and the supervisor
  bool held = true;
  if (v2_) {
    held = Write(folders[0] + "/memory.max", memory) && Write(folders[0] + "/pids.max", processes);
    Write(folders[0] + "/memory.swap.max", "0");   // not there without swap
    Write(folders[0] + "/memory.oom.group", "0");  // the supervisor stays to tell
  } else {
    held = Write(folders[0] + "/memory.limit_in_bytes", memory) && Write(folders[1] + "/pids.max", processes);
    Write(folders[0] + "/memory.memsw.limit_in_bytes", memory);
  }
  return held ? std::move(group) : nullptr;
}

RunCgroup::~RunCgroup() {
  for (const std::string& folder : folders_) Remove(folder);
}

std::vector<std::string> RunCgroup::ProcsFiles() const {
  std::vector<std::string> files;
  for (const std::string& folder : folders_) files.push_back(folder + "/cgroup.procs");
  return files;
}

bool RunCgroup::OutOfMemory() const {
  const std::string events = ReadSmall(folders_[0] + (v2_ ? "/memory.events" : "/memory.oom_control"));
  return NumberAfter(events, "oom_kill").value_or(0) > 0;
}

std::optional<int64_t> RunCgroup::PeakBytes() const {
  const std::string text = ReadSmall(folders_[0] + (v2_ ? "/memory.peak" : "/memory.max_usage_in_bytes"));
  int64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return error == std::errc() ? std::optional(bytes) : std::nullopt;
}

void RunCgroup::Kill() const {
  for (const std::string& folder : folders_) KillMembers(folder);
}

}  // namespace r1
