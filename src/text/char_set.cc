#include "text/char_set.h"

#include <algorithm>

namespace r1 {

bool CharSet::ContainsWide(char32_t c) const {
  bool in = (categories_ & MaskOf(table_->Category(c))) != 0 || (white_space_ && IsWhiteSpace(c));
  for (const auto& [first, last] : ranges_) in |= c >= first && c <= last;
  return in != negated_;
}

void CharSet::Finish(bool negated) {
  negated_ = negated;
  for (char32_t c = 0; c < 128; ++c) ascii_[c] = ContainsWide(c);
}

// Goes on after n characters, at one beyond ASCII.
const char* CharSet::RunWide(const char* p, const char* end, size_t most, size_t n, size_t* count) const {
  while (n < most && p < end) {
    const auto byte = static_cast<uint8_t>(*p);
    size_t size = 1;
    if (byte < 0x80 ? ascii_[byte] == 0 : !ContainsWide(DecodeValidUtf8(p, &size))) break;
    p += size;
    ++n;
  }
  *count = n;
  return p;
}

bool CharSet::Disjoint(const CharSet& a, const CharSet& b) {
  for (size_t c = 0; c < 128; ++c)
    if (a.ascii_[c] && b.ascii_[c]) return false;
  // Beyond ASCII only sets of plain categories, or only of ASCII, are compared.
  const auto ascii_only = [](const CharSet& s) {
    return !s.negated_ && s.categories_ == 0 && !s.white_space_ &&
           std::all_of(s.ranges_.begin(), s.ranges_.end(), [](const auto& r) { return r.second < 0x80; });
  };
  if (ascii_only(a) || ascii_only(b)) return true;
  const auto plain = [](const CharSet& s) { return s.ranges_.empty() && !s.white_space_; };
  if (!plain(a) || !plain(b)) return false;
  const CategoryMask in_a = a.negated_ ? ~a.categories_ : a.categories_, in_b = b.negated_ ? ~b.categories_ : b.categories_;
  return (in_a & in_b) == 0;
}

}  // namespace r1
