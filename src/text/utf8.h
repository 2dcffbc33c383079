// UTF-8, with the replacement rule of the Unicode standard (section 3.9, "maximal subparts"), which Rust's from_utf8_lossy, Python's
// errors="replace" and so Hugging Face's decoders follow: each longest prefix of a valid character that goes wrong becomes one U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace r1 {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

struct Utf8Char {
  char32_t code_point;
  uint8_t size;     // bytes used; for an invalid start, the length of the maximal subpart (at least 1)
  bool valid;
  bool incomplete;  // not valid, but more bytes could make it so: the text ends inside a character
};

// The first character of a non-empty text.
Utf8Char DecodeUtf8(std::string_view text);

void AppendUtf8(char32_t code_point, std::string* text);

bool IsValidUtf8(std::string_view text);

// Invalid sequences become U+FFFD.
std::string ToValidUtf8(std::string_view bytes);

// How many bytes at the end begin a character that is not complete yet: 0 to 3.
size_t IncompleteUtf8Suffix(std::string_view bytes);

}  // namespace r1
