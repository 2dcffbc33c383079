// Characters of ASCII in text of any encoding that extends it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace r1 {

// The value of a hexadecimal digit, or -1.
constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline constexpr std::string_view kAsciiSpace = " \t\r\n\f\v";

// Without `space` at both ends.
constexpr std::string_view Trim(std::string_view text, std::string_view space = kAsciiSpace) {
  const size_t begin = std::min(text.find_first_not_of(space), text.size());
  return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

// Where `piece` (not empty) stands last in `text`, or npos. rfind of libstdc++ calls memcmp at every byte; this looks at the first
// one before.
inline size_t FindLast(std::string_view text, std::string_view piece) {
  if (text.size() < piece.size()) return text.npos;
  for (size_t at = text.size() - piece.size() + 1; at-- > 0;)
    if (text[at] == piece[0] && text.substr(at, piece.size()) == piece) return at;
  return text.npos;
}

// With small letters.
inline std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return lower;
}

}  // namespace r1
