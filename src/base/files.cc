#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/error.h"

namespace r1 {
namespace {

// Closes on every way out.
struct Fd {
  int fd;
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
};

int OpenForReading(const std::string& path) {
  int fd;
  do fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) FailErrno("open", path, errno);
  return fd;
}

// The size of a regular file; a folder or a device is refused here, with its name.
size_t RegularFileSize(int fd, const std::string& path) {
  struct stat st;
  if (::fstat(fd, &st) != 0) FailErrno("stat", path, errno);
  if (!S_ISREG(st.st_mode)) Fail(ErrorCode::kIo, "cannot read ", path, ": it is not a regular file");
  return static_cast<size_t>(st.st_size);
}

}  // namespace

void FailErrno(std::string_view action, const std::string& path, int error_number) {
  ErrorCode code = ErrorCode::kIo;
  if (error_number == ENOENT || error_number == ENOTDIR) code = ErrorCode::kNotFound;
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG || error_number == ENOMEM)
    code = ErrorCode::kResourceExhausted;
  Fail(code, "cannot ", action, " ", path, ": ", std::strerror(error_number));
}

std::string ReadFile(const std::string& path, size_t max_bytes) {
  const Fd file{OpenForReading(path)};
  const size_t size = RegularFileSize(file.fd, path);
  if (size > max_bytes) Fail(ErrorCode::kDataLoss, path, ": ", size, " bytes is too large, expected at most ", max_bytes);
  std::string contents(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(file.fd, contents.data() + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) FailErrno("read", path, errno);
    if (n == 0) break;  // somebody shortened it meanwhile
    done += static_cast<size_t>(n);
  }
  contents.resize(done);
  return contents;
}

void FsyncDir(const std::string& dir) {
  const Fd file{OpenForReading(dir)};
  // Some file systems cannot sync a folder and say EINVAL; there is nothing better to do on them.
  if (::fsync(file.fd) != 0 && errno != EINVAL) FailErrno("sync", dir, errno);
}

std::string ParentDir(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::shared_ptr<MappedFile> MappedFile::Open(const std::string& path) {
  const Fd file{OpenForReading(path)};
  std::shared_ptr<MappedFile> mapped(new MappedFile);
  mapped->path_ = path;
  const size_t size = RegularFileSize(file.fd, path);
  if (size == 0) return mapped;  // mmap refuses length 0
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (data == MAP_FAILED) FailErrno("map", path, errno);
  mapped->data_ = static_cast<const std::byte*>(data);
  mapped->size_ = size;
  return mapped;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), temporary_(CreateTemporaryFile(path_)) {}

AtomicFile::~AtomicFile() {
  if (!committed_) ::unlink(temporary_.path.c_str());
}

void AtomicFile::Write(const void* data, size_t bytes) {
  CHECK(!committed_);
  const char* p = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t n = ::write(temporary_.lock.fd(), p, std::min(bytes, size_t{1} << 30));  // Linux writes at most 2 GiB a call
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) FailErrno("write", path_, errno);
    p += n;
    bytes -= static_cast<size_t>(n);
    bytes_written_ += static_cast<uint64_t>(n);
  }
}

void AtomicFile::Commit() {
  CHECK(!committed_);
  if (::fsync(temporary_.lock.fd()) != 0) FailErrno("sync", path_, errno);
  if (::rename(temporary_.path.c_str(), path_.c_str()) != 0) FailErrno("write", path_, errno);
  committed_ = true;
  FsyncDir(ParentDir(path_));
}

void AtomicWriteFile(const std::string& path, std::string_view contents) {
  AtomicFile file(path);
  file.Write(contents);
  file.Commit();
}

}  // namespace r1
