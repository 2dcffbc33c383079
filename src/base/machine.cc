#include "base/machine.h"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace r1 {
namespace {

// The words of a file's first line; none if it cannot be read.
std::vector<std::string> FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::istringstream words(line);
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

// Nothing for "max", for -1 and for what is no number.
std::optional<double> Number(const std::vector<std::string>& words, size_t index) {
  double value = 0;
  if (index >= words.size() || std::sscanf(words[index].c_str(), "%lf", &value) != 1 || !(value >= 0)) return std::nullopt;
  return value;
}

// Of "key value" lines.
double Entry(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string name;
  for (double value = 0; file >> name >> value;)
    if (name == key) return value;
  return 0;
}

template <class T>
void Lower(std::optional<T>& limit, T value) {
  limit = limit ? std::min(*limit, value) : value;
}

// Files whose pages can be dropped count as used there, but are not.
void ReadMemory(const std::string& limit_path, const std::string& usage_path, const std::string& stat_path, const char* inactive,
                GroupLimits& limits) {
  constexpr double kNoLimit = 0x1p60;  // version 1 writes the largest number of whole pages
  const std::optional<double> limit = Number(FirstLine(limit_path), 0), usage = Number(FirstLine(usage_path), 0);
  if (!limit || !usage || *limit >= kNoLimit) return;
  const double held = std::max(0.0, *usage - Entry(stat_path, inactive));
  Lower(limits.memory_left, static_cast<uint64_t>(std::max(0.0, *limit - held)));
}

void ReadCpus(std::optional<double> quota, std::optional<double> period, GroupLimits& limits) {
  if (quota && period && *quota > 0 && *period > 0) Lower(limits.cpus, *quota / *period);
}

void ReadGroup(const std::string& folder, GroupLimits& limits) {
  const std::vector<std::string> cpu = FirstLine(folder + "/cpu.max");  // "150000 100000" or "max 100000"
  ReadCpus(Number(cpu, 0), Number(cpu, 1), limits);
  ReadCpus(Number(FirstLine(folder + "/cpu.cfs_quota_us"), 0), Number(FirstLine(folder + "/cpu.cfs_period_us"), 0), limits);
  ReadMemory(folder + "/memory.max", folder + "/memory.current", folder + "/memory.stat", "inactive_file", limits);
  ReadMemory(folder + "/memory.limit_in_bytes", folder + "/memory.usage_in_bytes", folder + "/memory.stat", "total_inactive_file",
             limits);
}

// A limit of any group above holds too. A container that sees only its own group still reads the path that the host knows it by:
// of such a path only the mount itself is there.
void ReadGroups(const std::string& mount, std::string path, GroupLimits& limits) {
  for (;;) {
    ReadGroup(mount + path, limits);
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return;
    path.resize(slash);
  }
}

}  // namespace

GroupLimits ReadGroupLimits(const std::string& root) {
  GroupLimits limits;
  const std::string mounts = root + "/sys/fs/cgroup";
  std::error_code ignored;
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "4:memory:/docker/7f3a", or "0::/user.slice" of version 2
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    if (controllers.empty()) {
      ReadGroups(std::filesystem::exists(mounts + "/unified", ignored) ? mounts + "/unified" : mounts, path, limits);
    } else if (controllers == "memory" || controllers.rfind("cpu", 0) == 0) {
      ReadGroups(mounts + "/" + controllers, path, limits);
    }
  }
  return limits;
}

int AvailableCpus() {
  cpu_set_t set;
  int cpus = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : static_cast<int>(std::thread::hardware_concurrency());
  if (const std::optional<double> granted = ReadGroupLimits().cpus) cpus = static_cast<int>(std::min<double>(cpus, *granted));
  return std::max(1, cpus);
}

uint64_t AvailableMemoryBytes() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %llu kB", &kilobytes) == 1)
      return std::min<uint64_t>(kilobytes * 1024, ReadGroupLimits().memory_left.value_or(UINT64_MAX));
  }
  return 0;
}

}  // namespace r1
