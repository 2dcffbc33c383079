#include "text/utf8.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace r1 {

std::string ToValidUtf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (;;) {
    const size_t valid = ValidUtf8Prefix(bytes);
    text += bytes.substr(0, valid);
    bytes.remove_prefix(valid);
    if (bytes.empty()) return text;
    text += kReplacementCharacter;
    bytes.remove_prefix(static_cast<size_t>(NextUtf8Char(bytes).num_bytes));
  }
}

size_t IncompleteUtf8Suffix(std::string_view bytes) {
  for (size_t n = 1; n <= std::min<size_t>(3, bytes.size()); ++n) {
    const std::string_view tail = bytes.substr(bytes.size() - n);
    const auto lead = static_cast<uint8_t>(tail[0]);
    // The tail is one maximal subpart that starts like a character: only its end is missing.
    const Utf8Char c = NextUtf8Char(tail);
    if (lead >= 0xC2 && lead <= 0xF4 && !c.valid && static_cast<size_t>(c.num_bytes) == n) return n;
  }
  return 0;
}

}  // namespace r1
