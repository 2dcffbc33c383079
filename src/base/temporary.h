// Names that writers use until they are done: NAME.tmp-PID-N beside NAME, a file or a folder.
//
// While its writer lives, a temporary is locked (flock). The system lets go of the lock however the process ends, so a temporary
// that nobody holds is abandoned, and whoever comes next removes it. A process id in the name could not tell: ids are used again,
// and every container counts them from 1.
#pragma once

#include <optional>
#include <string>

namespace r1 {

// A locked file or folder. The lock ends with this object or its process.
class PathLock {
 public:
  // Locks what is at `path`. None if somebody else holds it, or if it is not there.
  // Where the file system has no locks, `without_locks` decides what a caller gets.
  enum class WithoutLocks { kRefuse, kPretend };
  static std::optional<PathLock> Try(const std::string& path, WithoutLocks without_locks);

  explicit PathLock(int fd) : fd_(fd) {}
  ~PathLock();
  PathLock(PathLock&& other) noexcept;
  PathLock& operator=(PathLock&& other) noexcept;
  int fd() const { return fd_; }

 private:
  int fd_;  // -1: moved from
};

struct Temporary {
  std::string path;
  PathLock lock;  // its descriptor is open for writing if this is a file
};

// Creates an empty file or folder for a writer of `target`, locked, and removes what dead writers of `target` have left.
// Throws as base/files.h says, naming `target`.
Temporary CreateTemporaryFile(const std::string& target);
Temporary CreateTemporaryFolder(const std::string& target);

// A name for something that is about to be removed: whoever meets it later removes it.
std::string DoomedName(const std::string& path);

// Removes everything abandoned that lies directly in `dir`. What cannot be removed stays.
void RemoveAbandonedIn(const std::string& dir);

}  // namespace r1
