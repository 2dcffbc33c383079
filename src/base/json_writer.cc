#include "base/json_writer.h"

#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace r1 {
namespace {

void AppendQuoted(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const Utf8Char c = NextUtf8Char(text);
    const std::string_view bytes = text.substr(0, c.num_bytes);
    text.remove_prefix(c.num_bytes);
    if (!c.valid) {
      out += "\xEF\xBF\xBD";
    } else if (c.code_point == '"' || c.code_point == '\\') {
      (out += '\\') += static_cast<char>(c.code_point);
    } else if (c.code_point == '\n') {
      out += "\\n";
    } else if (c.code_point == '\t') {
      out += "\\t";
    } else if (c.code_point == '\r') {
      out += "\\r";
    } else if (c.code_point < 0x20) {
      ((out += "\\u00") += kHex[c.code_point >> 4]) += kHex[c.code_point & 15];
    } else {
      out += bytes;
    }
  }
  out += '"';
}

template <class T>
std::string NumberText(T value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr};
}

}  // namespace

void JsonWriter::BeforeValue() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::Open(char bracket) {
  BeforeValue();
  text_ += bracket;
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  BeforeValue();
  AppendQuoted(key, text_);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Literal(std::string_view text) {
  BeforeValue();
  text_ += text;
  return *this;
}

JsonWriter& JsonWriter::Value(std::string_view text) {
  BeforeValue();
  AppendQuoted(text, text_);
  return *this;
}

JsonWriter& JsonWriter::Value(float value) { return std::isfinite(value) ? Literal(NumberText(value)) : Null(); }
JsonWriter& JsonWriter::Value(double value) { return std::isfinite(value) ? Literal(NumberText(value)) : Null(); }
JsonWriter& JsonWriter::Integer(int64_t value) { return Literal(NumberText(value)); }
JsonWriter& JsonWriter::Unsigned(uint64_t value) { return Literal(NumberText(value)); }

}  // namespace r1
