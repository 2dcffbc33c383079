// Reads JSON front to back without building a tree: for files of many megabytes of which two sections matter. Small sections are
// handed out as text for ParseJson (base/json.h).
//   JsonScanner scan(text, "tokenizer.json");
//   scan.Object([&](std::string_view key) {
//     if (key == "merges") scan.Array([&] { merges.emplace_back(scan.String()); });
//     else scan.Skip();
//   });
//   scan.End();
// Every method throws kDataLoss, beginning with `what` and naming the byte, if the text is not what it expects there.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace r1 {

class JsonScanner {
 public:
  // `text` must outlive the scanner. Throws if it is not valid UTF-8.
  JsonScanner(std::string_view text, std::string_view what);

  // The first character of the next value: { [ " t f n or the start of a number; 0 at the end of the text.
  char Peek();
  // Calls `member` with each key; it must read the value. Keys are valid during the call.
  void Object(const std::function<void(std::string_view key)>& member);
  // Calls `element` before each element; it must read it.
  void Array(const std::function<void()>& element);
  // A string, unescaped. Valid until the next call.
  std::string_view String();
  // Any value: its text. Brackets and strings are followed, details are for ParseJson to check.
  std::string_view Skip();
  // Nothing but white space is left.
  void End();

 private:
  [[noreturn]] void FailExpecting(std::string_view expected);
  void SkipWhiteSpace();
  bool Take(char c);
  char32_t HexDigits();

  std::string_view text_;
  std::string what_;
  size_t at_ = 0;
  std::string unescaped_;
};

}  // namespace r1
