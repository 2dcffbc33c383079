#include "engine/stop_text.h"

#include <algorithm>
#include <utility>

namespace r1 {
namespace {

// Length of the longest proper prefix of `stop` that `text` ends with.
size_t OverlapAtEnd(std::string_view text, std::string_view stop) {
  size_t n = std::min(text.size(), stop.size() - 1);
  while (n > 0 && text.substr(text.size() - n) != stop.substr(0, n)) --n;
  return n;
}

}  // namespace

std::string StopText::Push(std::string_view text) {
  if (found_) return {};
  held_ += text;
  size_t first = std::string::npos, overlap = 0;
  for (const std::string& stop : stops_) {
    const size_t at = held_.find(stop);
    if (at < first) {
      first = at;
      found_ = &stop;
    }
    overlap = std::max(overlap, OverlapAtEnd(held_, stop));
  }
  std::string shown = held_.substr(0, found_ ? first : held_.size() - overlap);
  held_.erase(0, found_ ? held_.size() : shown.size());
  return shown;
}

std::string StopText::Flush() { return std::exchange(held_, {}); }

}  // namespace r1
