#include "judge/code/owned_fd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/files.h"

namespace r1 {
namespace {

// The low numbers are where a child's descriptors are put (judge/code/run_program.cc), so ours stay above them.
constexpr int kLowestFd = 64;

OwnedFd Raise(int fd) {
  if (fd >= kLowestFd) return OwnedFd(fd);
  const int raised = fcntl(fd, F_DUPFD_CLOEXEC, kLowestFd);
  const int reason = errno;
  close(fd);
  if (raised < 0) FailErrno("open", "a file descriptor", reason);
  return OwnedFd(raised);
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = other.Release();
  }
  return *this;
}

int OwnedFd::Release() { return std::exchange(fd_, -1); }

void OwnedFd::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

Pipe MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) FailErrno("make", "a pipe", errno);
  Pipe pipe;
  OwnedFd write_end(ends[1]);  // closed if raising the other fails
  pipe.read_end = Raise(ends[0]);
  pipe.write_end = Raise(write_end.Release());
  return pipe;
}

Pipe MakeSocketPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) FailErrno("make", "a socket", errno);
  Pipe pair;
  OwnedFd write_end(ends[1]);  // closed if raising the other fails
  pair.read_end = Raise(ends[0]);
  pair.write_end = Raise(write_end.Release());
  return pair;
}

OwnedFd MakeEndedInput() { return std::move(MakeSocketPair().read_end); }

OwnedFd MakeSealedFile(std::string_view contents, bool executable) {
  const int fd = memfd_create("r1-judge", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) FailErrno("make", "a file in memory", errno);
  OwnedFd file = Raise(fd);
  while (!contents.empty()) {
    const ssize_t written = write(file.get(), contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) FailErrno("write", "a file in memory", errno);
    contents.remove_prefix(static_cast<size_t>(written));
  }
  fchmod(file.get(), executable ? 0555 : 0444);
  if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    FailErrno("seal", "a file in memory", errno);
  return file;
}

OwnedFd Reopen(const OwnedFd& file) {
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) FailErrno("open", path, errno);
  return Raise(fd);
}

}  // namespace r1
