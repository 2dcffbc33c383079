// Follows a file of lines that another process appends to, and that a resumed run may cut.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace r1 {

class LineTail {
 public:
  explicit LineTail(std::string path) : path_(std::move(path)) {}

  // Calls `line` with each line, and where it begins, that was completed since the last call; a half line at the end waits for its
  // rest. `start_over` is called before, if what was read earlier is no longer what the file begins with: everything comes again.
  // Lines of more than 1 MB are left out. At most 256 MB a call. Whether there is more.
  bool Refresh(const std::function<void()>& start_over, const std::function<void(std::string_view line, uint64_t offset)>& line);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  uint64_t offset_ = 0;  // of the first byte that was not handed on
  std::string last_;     // the bytes just before it, by which a rewritten file is told
};

}  // namespace r1
