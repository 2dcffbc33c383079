// Appends JSON to a string, for metrics lines and small reports. Numbers read back equal (shortest form that round-trips), NaN and
// infinities become null, and bytes that are not UTF-8 become U+FFFD, so every line is valid JSON whatever a model wrote.
//   JsonWriter json;
//   json.BeginObject().Field("step", 3).Field("reward", 0.5f).EndObject();
//   json.text();  // {"step":3,"reward":0.5}
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace r1 {

class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view key);  // must be followed by exactly one value

  JsonWriter& Value(std::string_view text);
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  JsonWriter& Value(float value);
  JsonWriter& Value(double value);
  template <std::integral T>
  JsonWriter& Value(T value) {
    if constexpr (std::same_as<T, bool>)
      return Literal(value ? "true" : "false");
    else if constexpr (std::is_signed_v<T>)
      return Integer(static_cast<int64_t>(value));
    else
      return Unsigned(static_cast<uint64_t>(value));
  }
  JsonWriter& Null() { return Literal("null"); }
  // Appends text that is JSON already.
  JsonWriter& Raw(std::string_view json) { return Literal(json); }

  template <class T>
  JsonWriter& Field(std::string_view key, const T& value) {
    return Key(key).Value(value);
  }

  const std::string& text() const { return text_; }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  JsonWriter& Literal(std::string_view text);
  JsonWriter& Integer(int64_t value);
  JsonWriter& Unsigned(uint64_t value);
  void BeforeValue();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace r1
