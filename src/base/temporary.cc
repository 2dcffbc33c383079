#include "base/temporary.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInfix = ".tmp-";
constexpr std::string_view kDigits = "0123456789";

// The NAME of NAME.tmp-PID-N, or nothing: only names as we write them are ours to remove.
std::optional<std::string_view> TargetOf(std::string_view name) {
  const size_t at = name.rfind(kInfix);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view rest = name.substr(at + kInfix.size());
  const size_t dash = rest.find_first_not_of(kDigits);
  if (dash == 0 || dash == std::string_view::npos || rest[dash] != '-' || dash + 1 == rest.size()) return std::nullopt;
  if (rest.find_first_not_of(kDigits, dash + 1) != std::string_view::npos) return std::nullopt;
  return name.substr(0, at);
}

// Of the target called `only`, or of all.
void RemoveAbandoned(const std::string& dir, std::optional<std::string_view> only) {
  std::vector<std::string> names;  // first all names: what a listing does while the folder changes is unspecified
  std::error_code error;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    const auto target = TargetOf(name);
    if (target.has_value() && !it->is_symlink(error) && (!only.has_value() || *target == *only)) names.push_back(std::move(name));
  }
  for (const std::string& name : names) {
    const std::string path = dir + "/" + name;
    // Held while removing: a writer that has created it but not locked it yet will find it gone, and create another.
    if (const auto lock = PathLock::Try(path, PathLock::WithoutLocks::kRefuse)) fs::remove_all(path, error);
  }
}

std::string NextName(const std::string& target) {
  static std::atomic<uint64_t> counter{0};  // keeps the writers of one process apart
  return StrCat(target, kInfix, ::getpid(), "-", counter.fetch_add(1));
}

// `create` makes the path and returns a descriptor of it, or -1 with errno.
template <typename Create>
Temporary CreateLocked(const std::string& target, const Create& create) {
  const size_t slash = target.find_last_of('/');
  RemoveAbandoned(ParentDir(target), std::string_view(target).substr(slash == std::string::npos ? 0 : slash + 1));
  while (true) {
    std::string path = NextName(target);
    const int fd = create(path.c_str());
    if (fd < 0 && (errno == EEXIST || errno == EINTR)) continue;
    if (fd < 0) FailErrno("create", target, errno);
    PathLock lock(fd);
    while (::flock(fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    // Somebody may have taken it for abandoned between its creation and its lock.
    struct stat by_fd, by_name;
    if (::fstat(fd, &by_fd) == 0 && ::lstat(path.c_str(), &by_name) == 0 && by_fd.st_ino == by_name.st_ino)
      return {std::move(path), std::move(lock)};
  }
}

}  // namespace

std::optional<PathLock> PathLock::Try(const std::string& path, WithoutLocks without_locks) {
  int fd;
  do fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return std::nullopt;
  PathLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || without_locks == WithoutLocks::kRefuse)) return std::nullopt;
  return lock;
}

PathLock::~PathLock() {
  if (fd_ >= 0) ::close(fd_);
}
PathLock::PathLock(PathLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
PathLock& PathLock::operator=(PathLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Temporary CreateTemporaryFile(const std::string& target) {
  return CreateLocked(target, [](const char* path) { return ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); });
}

Temporary CreateTemporaryFolder(const std::string& target) {
  return CreateLocked(target, [](const char* path) {
    if (::mkdir(path, 0777) != 0) return -1;
    const int fd = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) errno = EEXIST;  // taken for abandoned already: try the next name
    return fd;
  });
}

std::string DoomedName(const std::string& path) { return NextName(path); }

void RemoveAbandonedIn(const std::string& dir) { RemoveAbandoned(dir, std::nullopt); }

}  // namespace r1
