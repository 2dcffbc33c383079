// Walking UTF-8 text that may be damaged. An invalid stretch is cut the way Unicode recommends (and Rust, Python and browsers do):
// each maximal prefix of a well-formed character counts as one invalid character, to be shown as one U+FFFD. The Unicode
// Standard 15.0, section 3.9, "U+FFFD Substitution of Maximal Subparts".
#pragma once

#include <string>
#include <string_view>

namespace r1 {

struct Utf8Char {
  char32_t code_point = 0xFFFD;
  int num_bytes = 1;  // at least 1
  bool valid = false;
};

// The first character of `text`, which must not be empty.
Utf8Char NextUtf8Char(std::string_view text);

// How many bytes at the start of `text` are whole, well-formed characters.
size_t ValidUtf8Prefix(std::string_view text);

// True if `text` is well-formed UTF-8 from end to end.
bool IsValidUtf8(std::string_view text);

// The UTF-8 bytes of a code point; surrogates and values above 0x10FFFF give U+FFFD.
std::string EncodeUtf8(char32_t code_point);

}  // namespace r1
