#include "base/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"

namespace r1 {

AppendFile::AppendFile(std::string path)
    : path_(std::move(path)), fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (fd_ < 0) FailErrno("open", path_, errno);
  struct stat info {};
  if (fstat(fd_, &info) != 0) {
    const int error = errno;
    close(fd_);
    FailErrno("open", path_, error);
  }
  size_ = static_cast<uint64_t>(info.st_size);
}

AppendFile::~AppendFile() { close(fd_); }

void AppendFile::Append(std::string_view bytes) {
  const uint64_t size_before = size_;
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int error = written < 0 ? errno : ENOSPC;
      Truncate(size_before);
      FailErrno("write", path_, error);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
    size_ += static_cast<uint64_t>(written);
  }
}

void AppendFile::Truncate(uint64_t size) {
  if (ftruncate(fd_, static_cast<off_t>(size)) != 0) FailErrno("truncate", path_, errno);
  size_ = size;
}

void AppendFile::Sync() {
  if (fsync(fd_) != 0) FailErrno("sync", path_, errno);
}

}  // namespace r1
