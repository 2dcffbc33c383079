// A set of characters as a pattern writes it: [^\r\n\p{L}], \s, one letter. ASCII is one table look-up.
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "text/unicode.h"

namespace r1 {

class CharSet {
 public:
  void AddRange(char32_t first, char32_t last) { ranges_.emplace_back(first, last); }
  void AddCategories(CategoryMask mask) { categories_ |= mask; }
  void AddWhiteSpace() { white_space_ = true; }
  // To be called once, after the last Add: complements the set if asked and fills the table.
  void Finish(bool negated);

  bool Contains(char32_t c) const { return c < 0x80 ? ascii_[c] != 0 : ContainsWide(c); }
  bool ContainsAscii(uint8_t c) const { return ascii_[c] != 0; }

  // The end of the longest run at `p`, of at most `most` characters, which are counted. `p`..`end` is valid UTF-8.
  const char* Run(const char* p, const char* end, size_t most, size_t* count) const {
    size_t n = 0;
    for (; n < most && p < end && static_cast<uint8_t>(*p) < 0x80; ++p, ++n) {
      if (ascii_[static_cast<uint8_t>(*p)] == 0) return *count = n, p;
    }
    return n == most || p == end ? (*count = n, p) : RunWide(p, end, most, n, count);
  }

  // True if no character is in both. May say false where it is true.
  static bool Disjoint(const CharSet& a, const CharSet& b);

 private:
  bool ContainsWide(char32_t c) const;
  const char* RunWide(const char* p, const char* end, size_t most, size_t n, size_t* count) const;

  std::array<uint8_t, 128> ascii_{};
  CategoryMask categories_ = 0;
  bool white_space_ = false, negated_ = false;
  std::vector<std::pair<char32_t, char32_t>> ranges_;
  const UnicodeTable* table_ = &UnicodeTable::Get();
};

// One character of valid UTF-8 at `p`; its size in bytes goes to *size.
inline char32_t DecodeValidUtf8(const char* p, size_t* size) {
  const auto b = [&](int i) { return static_cast<char32_t>(static_cast<uint8_t>(p[i])); };
  const char32_t lead = b(0);
  if (lead < 0x80) return *size = 1, lead;
  if (lead < 0xE0) return *size = 2, (lead & 0x1F) << 6 | (b(1) & 0x3F);
  if (lead < 0xF0) return *size = 3, (lead & 0xF) << 12 | (b(1) & 0x3F) << 6 | (b(2) & 0x3F);
  return *size = 4, (lead & 7) << 18 | (b(1) & 0x3F) << 12 | (b(2) & 0x3F) << 6 | (b(3) & 0x3F);
}

// The character before `p` in valid UTF-8 begins here.
inline const char* PreviousChar(const char* p) {
  do --p;
  while ((static_cast<uint8_t>(*p) & 0xC0) == 0x80);
  return p;
}

}  // namespace r1
