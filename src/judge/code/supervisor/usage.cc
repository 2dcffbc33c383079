#include "judge/code/supervisor/usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace r1::supervisor {
namespace {

// A file of /proc as text; empty where the process is gone.
class ProcFile {
 public:
  ProcFile(int pid, const char* name) {
    char path[64];
    std::snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    const ssize_t bytes = read(fd, text_, sizeof(text_) - 1);
    close(fd);
    text_[bytes > 0 ? bytes : 0] = '\0';
  }
  // The number after "KEY:" in bytes, where the file counts in kB.
  int64_t Kilobytes(const char* key) const {
    const char* at = std::strstr(text_, key);
    return at == nullptr ? 0 : std::atoll(at + std::strlen(key)) * 1024;
  }
  const char* text() const { return text_; }

 private:
  char text_[4096] = {};
};

// stat: "pid (name) state ppid ..."; the name may hold anything, so fields are counted from the last bracket.
struct Stat {
  int parent = 0;
  int64_t cpu_ms = 0;
};
Stat ReadStat(int pid) {
  const ProcFile file(pid, "stat");
  const char* at = std::strrchr(file.text(), ')');
  Stat stat;
  if (at == nullptr) return stat;
  long long user = 0, system = 0, children_user = 0, children_system = 0;
  if (std::sscanf(at + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld", &stat.parent, &user, &system,
                  &children_user, &children_system) != 5)
    return stat;
  stat.cpu_ms = (user + system + children_user + children_system) * 1000 / sysconf(_SC_CLK_TCK);
  return stat;
}

// schedstat: "time running, time ready but not running, slices", in nanoseconds; of the first thread.
int64_t StarvedUs(int pid) {
  const ProcFile file(pid, "schedstat");
  const char* space = std::strchr(file.text(), ' ');
  return space == nullptr ? 0 : std::atoll(space) / 1000;
}

template <class Fn>
void ForEachProcess(Fn&& fn) {
  DIR* folder = opendir("/proc");
  if (folder == nullptr) return;
  const int self = getpid();
  while (const dirent* entry = readdir(folder)) {
    const int pid = std::atoi(entry->d_name);
    if (pid > 0 && pid != self) fn(pid);
  }
  closedir(folder);
}

bool IsDescendant(int pid) {
  const int self = getpid();
  for (int depth = 0; depth < 64 && pid > 1; ++depth) {
    pid = ReadStat(pid).parent;
    if (pid == self) return true;
  }
  return false;
}

bool OursToCount(int pid) { return getpid() == 1 || IsDescendant(pid); }

}  // namespace

Usage ReadUsage(const Settings& settings, bool by_share) {
  Usage usage;
  int64_t anonymous = 0, shared = 0, scratch = 0;
  ForEachProcess([&](int pid) {
    if (!OursToCount(pid)) return;
    usage.cpu_ms += ReadStat(pid).cpu_ms;
    usage.starved_us += StarvedUs(pid);
    if (by_share) {
      const ProcFile rollup(pid, "smaps_rollup");  // not readable for a process that forbids it: then its whole set counts
      const int64_t share = rollup.Kilobytes("Pss_Anon:");
      if (share > 0) {
        anonymous += share;
        shared += rollup.Kilobytes("Pss_Shmem:");
        return;
      }
    }
    const ProcFile status(pid, "status");
    anonymous += status.Kilobytes("RssAnon:");
    shared += status.Kilobytes("RssShmem:");
  });
  for (const char* folder : settings.scratch) {
    struct statvfs space;
    if (folder == nullptr || statvfs(folder, &space) != 0) continue;
    scratch += static_cast<int64_t>(space.f_blocks - space.f_bfree) * static_cast<int64_t>(space.f_frsize);
    const auto files = static_cast<int64_t>(space.f_files - space.f_ffree);
    if (files > usage.files) usage.files = files;
  }
  // A mapped file of a scratch file system is in both figures: the larger one counts.
  usage.memory_bytes = anonymous + (shared > scratch ? shared : scratch);
  return usage;
}

MachineTicks ReadMachineTicks() {
  char text[256] = {};
  const int fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const ssize_t bytes = read(fd, text, sizeof(text) - 1);
  close(fd);
  return bytes > 0 ? ParseMachineTicks(text) : MachineTicks();
}

void KillAll() {
  if (getpid() == 1) {
    kill(-1, SIGKILL);  // never sent to the caller itself
    return;
  }
  ForEachProcess([](int pid) {
    if (IsDescendant(pid)) kill(pid, SIGKILL);
  });
}

}  // namespace r1::supervisor
