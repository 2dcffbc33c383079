// File descriptors that close themselves, and files that exist in memory only. All are closed on exec.
#pragma once

#include <string_view>

namespace r1 {

class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd() { Close(); }
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.Release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int Release();
  void Close();

 private:
  int fd_ = -1;
};

struct Pipe {
  OwnedFd read_end, write_end;
};
// All throw kResourceExhausted or kIo where the system refuses.
Pipe MakePipe();
// A pipe that is written to with send(): where nobody reads any more, that is an error and no signal.
Pipe MakeSocketPair();
// A stream at its end that cannot be opened a second time by its name in /proc: standard input for who needs none.
OwnedFd MakeEndedInput();
// A file in memory with these contents that nobody can change any more.
OwnedFd MakeSealedFile(std::string_view contents, bool executable = false);
// The same file from its beginning, with a place of its own: two runs that read one file do not see each other.
OwnedFd Reopen(const OwnedFd& file);

}  // namespace r1
