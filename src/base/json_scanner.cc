#include "base/json_scanner.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"

namespace r1 {

JsonScanner::JsonScanner(std::string_view text, std::string_view what) : text_(text), what_(what) {
  if (!IsValidUtf8(text)) Fail(ErrorCode::kDataLoss, what, ": the text is not valid UTF-8");
}

void JsonScanner::FailExpecting(std::string_view expected) {
  Fail(ErrorCode::kDataLoss, what_, ": expected ", expected, " at byte ", at_, " of ", text_.size());
}

void JsonScanner::SkipWhiteSpace() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) ++at_;
}

char JsonScanner::Peek() {
  SkipWhiteSpace();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonScanner::Take(char c) {
  if (Peek() != c) return false;
  ++at_;
  return true;
}

void JsonScanner::Object(const std::function<void(std::string_view key)>& member) {
  if (!Take('{')) FailExpecting("an object");
  if (Take('}')) return;
  std::string escaped_key;
  do {
    std::string_view key = String();
    if (key.data() == unescaped_.data()) key = escaped_key = key;  // the value may need the buffer
    if (!Take(':')) FailExpecting("':'");
    member(key);
  } while (Take(','));
  if (!Take('}')) FailExpecting("',' or '}'");
}

void JsonScanner::Array(const std::function<void()>& element) {
  if (!Take('[')) FailExpecting("a list");
  if (Take(']')) return;
  do element();
  while (Take(','));
  if (!Take(']')) FailExpecting("',' or ']'");
}

char32_t JsonScanner::HexDigits() {
  char32_t value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const int digit = HexDigit(at_ < text_.size() ? text_[at_] : '\0');
    if (digit < 0) FailExpecting("four hexadecimal digits");
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

std::string_view JsonScanner::String() {
  if (!Take('"')) FailExpecting("a string");
  size_t begin = at_;
  unescaped_.clear();
  for (bool escaped = false;; escaped = true) {
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<uint8_t>(text_[at_]) >= 0x20) ++at_;
    const std::string_view plain = text_.substr(begin, at_ - begin);
    if (at_ == text_.size() || static_cast<uint8_t>(text_[at_]) < 0x20) FailExpecting("the end of a string");
    if (text_[at_++] == '"') {
      if (!escaped) return plain;
      return unescaped_ += plain;
    }
    unescaped_ += plain;
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    static constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    if (c == 'u') {
      char32_t code_point = HexDigits();
      if (code_point >= 0xD800 && code_point < 0xDC00 && text_.substr(at_, 2) == "\\u") {
        at_ += 2;
        const char32_t low = HexDigits();
        code_point = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00) : 0xD800;
      }
      if (code_point >= 0xD800 && code_point < 0xE000) FailExpecting("a pair of surrogates");
      unescaped_ += EncodeUtf8(code_point);
    } else if (const size_t i = kEscapes.find(c); c != '\0' && i != std::string_view::npos) {
      unescaped_ += kMeanings[i];
    } else {
      --at_;
      FailExpecting("an escape");
    }
    begin = at_;
  }
}

std::string_view JsonScanner::Skip() {
  Peek();
  const size_t begin = at_;
  size_t depth = 0;
  do {
    const char c = Peek();
    if (c == '"') {
      // Not String(): nothing needs unescaping.
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
        if (text_[at_] == '\\') ++at_;
      if (at_ >= text_.size()) FailExpecting("the end of a string");
      ++at_;
    } else if (c == '{' || c == '[') {
      ++depth, ++at_;
    } else if (c == '}' || c == ']') {
      if (depth == 0) FailExpecting("a value");
      --depth, ++at_;
    } else if ((c == ',' || c == ':') && depth > 0) {
      ++at_;
    } else {
      const size_t word = at_;
      while (at_ < text_.size() && std::string_view("{}[],:\" \n\r\t").find(text_[at_]) == std::string_view::npos) ++at_;
      if (at_ == word) FailExpecting("a value");
    }
  } while (depth > 0);
  return text_.substr(begin, at_ - begin);
}

void JsonScanner::End() {
  if (Peek() != '\0' || at_ < text_.size()) FailExpecting("the end of the text");
}

}  // namespace r1
