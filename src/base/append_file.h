// A file that only grows: metrics lines, event records. Every Append reaches the operating system before it returns, so a killed
// process loses nothing; Sync() makes it survive a power cut as well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace r1 {

class AppendFile {
 public:
  // Opens or creates `path`. Throws kIo, kNotFound or kResourceExhausted naming the path.
  explicit AppendFile(std::string path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // On an error nothing of `bytes` stays in the file, so that a full disk leaves no half record.
  void Append(std::string_view bytes);
  // Drops everything after the first `size` bytes.
  void Truncate(uint64_t size);
  void Sync();
  uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int fd_;
  uint64_t size_;
};

}  // namespace r1
