#include "judge/code/bwrap_command.h"

#include <filesystem>

namespace r1 {
namespace {

namespace fs = std::filesystem;

void Add(std::vector<std::string>& words, std::initializer_list<std::string> more) { words.insert(words.end(), more); }

// /lib, /lib64, /bin are links into /usr on most systems and folders on others.
void AddSystem(std::vector<std::string>& words, const std::string& path) {
  std::error_code ignored;
  if (fs::is_symlink(path, ignored) && fs::is_directory(path, ignored))
    Add(words, {"--symlink", fs::read_symlink(path, ignored).string(), path});
  else
    Add(words, {"--ro-bind-try", path, path});
}

// No terminal, no pseudo-terminals, nothing to mount or to talk to: what programs really open.
void AddDevices(std::vector<std::string>& words, bool only_null) {
  Add(words,
      {"--perms", "0755", "--size", "65536", "--tmpfs", "/dev", "--dev-bind", "/dev/null", "/dev/null", "--dir", "/dev/shm"});
  if (only_null) return;
  for (const char* name : {"zero", "full", "random", "urandom"}) {
    const std::string path = std::string("/dev/") + name;
    Add(words, {"--dev-bind", path, path});
  }
  Add(words, {"--symlink", "/proc/self/fd", "/dev/fd", "--symlink", "/proc/self/fd/0", "/dev/stdin", "--symlink", "/proc/self/fd/1",
              "/dev/stdout", "--symlink", "/proc/self/fd/2", "/dev/stderr"});
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& RunEnvironment() {
  static const std::vector<std::pair<std::string, std::string>> kEnvironment = {
      {"PATH", "/usr/bin:/bin"},        {"HOME", kScratchFolder},  {"TMPDIR", kScratchFolder},    {"LANG", "C.UTF-8"},
      {"MALLOC_ARENA_MAX", "2"},  // threads would reserve 64 MiB of addresses each
      {"PYTHONHASHSEED", "0"},    // a verdict repeats
      {"PYTHONDONTWRITEBYTECODE", "1"}, {"PYTHONNOUSERSITE", "1"}, {"OPENBLAS_NUM_THREADS", "1"}, {"OMP_NUM_THREADS", "1"},
  };
  return kEnvironment;
}

std::vector<std::string> BwrapCommand(const RunRequest& request, const BwrapDescriptors& descriptors) {
  std::vector<std::string> words = {kBwrapPath,
                                    "--unshare-user",
                                    "--unshare-pid",
                                    "--unshare-net",
                                    "--unshare-ipc",
                                    "--unshare-uts",
                                    "--unshare-cgroup-try",
                                    "--as-pid-1",
                                    "--die-with-parent",
                                    "--new-session",
                                    "--uid",
                                    "1000",
                                    "--gid",
                                    "1000",
                                    "--hostname",
                                    "judge",
                                    "--clearenv"};
  for (const auto& [name, value] : RunEnvironment()) Add(words, {"--setenv", name, value});
  for (const std::string& path : request.system_paths) AddSystem(words, path);
  Add(words, {"--proc", "/proc"});
  AddDevices(words, request.only_null_device);
  const std::string size = std::to_string(request.limits.file_bytes);
  Add(words, {"--perms", "1777", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
  Add(words, {"--perms", "0700", "--size", size, "--tmpfs", kScratchFolder, "--dir", kBoxFolder});
  Add(words, {"--perms", "0555", "--ro-bind-data", std::to_string(descriptors.supervisor), kSupervisorPath});
  for (size_t i = 0; i < request.files.size(); ++i) {
    Add(words, {"--perms", request.files[i].executable ? "0555" : "0444", "--ro-bind-data", std::to_string(descriptors.files[i]),
                request.files[i].path});
  }
  // The root is a file system in memory that no limit counts: nothing can be written to it.
  Add(words, {"--remount-ro", "/", "--seccomp", std::to_string(descriptors.seccomp), "--"});
  return words;
}

}  // namespace r1
