// A file that somebody else writes, or made up to harm: opened only if it is a regular file and no link, so that no name in a run's
// folder leads out of it, and no pipe or device of that name holds up whoever looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace r1 {

class RegularFile {
 public:
  // None if it is not there, is something else or may not be read.
  static std::optional<RegularFile> Open(const std::string& path);
  ~RegularFile();
  RegularFile(RegularFile&& other) noexcept;
  RegularFile& operator=(RegularFile&& other) noexcept;

  uint64_t size() const { return size_; }  // when it was opened
  // Up to `bytes` from `offset`; fewer at the end of the file, or where reading fails.
  std::string Read(uint64_t offset, size_t bytes) const;

 private:
  RegularFile(int fd, uint64_t size) : fd_(fd), size_(size) {}
  int fd_;
  uint64_t size_;
};

// Whether the path is a regular file and no link.
bool IsRegularFile(const std::string& path);

}  // namespace r1
