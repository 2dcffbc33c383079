// A place in a text: what the parsers of grammars and patterns build on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/utf8.h"

namespace r1 {

class TextCursor {
 protected:
  explicit TextCursor(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Take(std::string_view token) {
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  Utf8Char NextChar() {
    const Utf8Char c = NextUtf8Char(text_.substr(at_));
    at_ += static_cast<size_t>(c.num_bytes);
    return c;
  }
  // A number in digits, `most` + 1 if it is larger than `most`. Nothing if there is no digit.
  std::optional<int64_t> Count(int64_t most) {
    if (Peek() < '0' || Peek() > '9') return std::nullopt;
    int64_t count = 0;
    for (; Peek() >= '0' && Peek() <= '9'; ++at_) count = std::min(count * 10 + (Peek() - '0'), most + 1);
    return count;
  }

  std::string_view text_;
  size_t at_ = 0;  // byte
};

}  // namespace r1
