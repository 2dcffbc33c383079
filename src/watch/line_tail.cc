#include "watch/line_tail.h"

#include <algorithm>

#include "watch/regular_file.h"

namespace r1 {
namespace {

constexpr size_t kChunkBytes = 4 << 20;
constexpr size_t kMostLineBytes = 1 << 20;
constexpr uint64_t kMostBytesAtOnce = 256 << 20;
constexpr size_t kMemoryBytes = 256;

}  // namespace

bool LineTail::Refresh(const std::function<void()>& start_over,
                       const std::function<void(std::string_view line, uint64_t offset)>& line) {
  const auto file = RegularFile::Open(path_);
  const uint64_t size = file ? file->size() : 0;
  if (size == offset_ && offset_ == 0) return false;
  if (size < offset_ || (offset_ > 0 && file->Read(offset_ - last_.size(), last_.size()) != last_)) {
    offset_ = 0;
    last_.clear();
    start_over();
  }
  const uint64_t stop = std::min(size, offset_ + kMostBytesAtOnce);
  std::string rest;  // of a line that goes on in the next chunk
  for (uint64_t at = offset_; at < stop;) {
    const std::string chunk = file->Read(at, static_cast<size_t>(std::min<uint64_t>(kChunkBytes, stop - at)));
    if (chunk.empty()) break;  // cut meanwhile
    size_t begin = 0;
    for (size_t end; (end = chunk.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const std::string_view piece = std::string_view(chunk).substr(begin, end - begin);
      const uint64_t length = rest.size() + piece.size();
      if (length <= kMostLineBytes) {
        if (rest.empty())
          line(piece, offset_);
        else
          line(rest.append(piece), offset_);
      }
      rest.clear();
      offset_ = at + end + 1;
      last_.assign(chunk, begin, end + 1 - begin);
      if (last_.size() > kMemoryBytes) last_.erase(0, last_.size() - kMemoryBytes);
    }
    if (rest.size() <= kMostLineBytes) rest.append(chunk, begin);
    at += chunk.size();
  }
  return stop < size;
}

}  // namespace r1
