// Bytes that tokens stand for, as text that may be shown. The rule for damaged UTF-8 is that of base/utf8.h, which Hugging Face's
// decoders follow too.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace r1 {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

// Each invalid stretch becomes one U+FFFD.
std::string ToValidUtf8(std::string_view bytes);

// How many bytes at the end begin a character that later bytes could complete: 0 to 3.
size_t IncompleteUtf8Suffix(std::string_view bytes);

}  // namespace r1
