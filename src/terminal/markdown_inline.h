// Markdown inside a line: emphasis, code, formulas, links, escapes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace r1 {

class MarkdownInline {
 public:
  enum class Base { kPlain, kHeading, kQuote };  // the style of the whole line, under emphasis

  void BeginLine(Base base, std::string& out);
  // Appends to `out` what of `text` is certain and returns how many bytes that was. line_ends: nothing follows on this line.
  size_t Write(std::string_view text, bool line_ends, std::string& out);
  // Emphasis may run on into the next line, but not beyond its paragraph.
  void EndLine(bool paragraph_ends, std::string& out);
  bool styled() const { return bold_ || italic_ || struck_ || base_ != Base::kPlain; }

 private:
  // Bytes that a construct at the start of `rest` takes, 0 if more text is needed to tell.
  size_t Code(std::string_view rest, bool line_ends, std::string& out);
  size_t Backslash(std::string_view rest, bool line_ends, std::string& out);
  size_t Dollar(std::string_view rest, bool line_ends, std::string& out);
  size_t Emphasis(std::string_view rest, bool line_ends, bool space_before, std::string& out);
  size_t Link(std::string_view rest, bool line_ends, std::string& out);
  void Emit(std::string_view shown, std::string& out);
  void EmitStyled(std::string_view shown, const char* style, std::string& out);
  void Restyle(std::string& out) const;

  Base base_ = Base::kPlain;
  bool bold_ = false, italic_ = false, struck_ = false;
  char before_ = ' ';  // the last character of the line so far
};

}  // namespace r1
