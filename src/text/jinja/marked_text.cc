#include "text/jinja/marked_text.h"

#include <algorithm>

namespace r1::jinja {

MarkedText MarkedText::Foreign(std::string bytes) {
  MarkedText text(std::move(bytes));
  if (!text.empty()) text.foreign_.push_back({0, text.size()});
  return text;
}

bool MarkedText::IsForeign(size_t begin, size_t end) const {
  const auto at = std::upper_bound(foreign_.begin(), foreign_.end(), begin, [](size_t p, const Span& s) { return p < s.end; });
  return at != foreign_.end() && at->begin < std::min(end, size());
}

void MarkedText::AppendForeign(std::string_view bytes) {
  if (bytes.empty()) return;
  const size_t begin = size();
  bytes_ += bytes;
  if (!foreign_.empty() && foreign_.back().end == begin) {
    foreign_.back().end = size();
  } else {
    foreign_.push_back({begin, size()});
  }
}

void MarkedText::Append(const MarkedText& text, size_t begin, size_t end) {
  end = std::min(end, text.size());
  if (begin >= end) return;
  const size_t shift = size();
  bytes_.append(text.bytes_, begin, end - begin);
  auto at = std::upper_bound(text.foreign_.begin(), text.foreign_.end(), begin, [](size_t p, const Span& s) { return p < s.end; });
  for (; at != text.foreign_.end() && at->begin < end; ++at) {
    const Span span{std::max(at->begin, begin) - begin + shift, std::min(at->end, end) - begin + shift};
    if (!foreign_.empty() && foreign_.back().end == span.begin) {
      foreign_.back().end = span.end;
    } else {
      foreign_.push_back(span);
    }
  }
}

void MarkedText::AppendFor(std::string_view bytes, const MarkedText& text, size_t begin, size_t end) {
  if (text.IsForeign(begin, end)) {
    AppendForeign(bytes);
  } else {
    Append(bytes);
  }
}

MarkedText MarkedText::Slice(size_t begin, size_t end) const {
  MarkedText slice;
  slice.Append(*this, begin, end);
  return slice;
}

void MarkedText::Truncate(size_t size) {
  if (size >= bytes_.size()) return;
  bytes_.resize(size);
  while (!foreign_.empty() && foreign_.back().begin >= size) foreign_.pop_back();
  if (!foreign_.empty()) foreign_.back().end = std::min(foreign_.back().end, size);
}

}  // namespace r1::jinja
