#include "terminal/markdown_inline.h"

#include <algorithm>

#include "terminal/styles.h"

namespace r1 {
namespace {

constexpr size_t kLongestSpan = 400;  // bytes of code, formula or link that are waited for; longer ones are text

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }
bool IsPunctuation(char c) { return c > ' ' && c < 0x7f && !IsWord(c); }
size_t Run(std::string_view text, char c) { return std::min(text.find_first_not_of(c), text.size()); }

// Where `close` stands in `rest`: npos if it never comes, kWait if it may still come.
constexpr size_t kNever = std::string_view::npos, kWait = kNever - 1;
size_t Closing(std::string_view rest, std::string_view close, size_t from, bool line_ends) {
  const size_t end = rest.find(close, from);
  if (end != kNever) return end;
  return line_ends || rest.size() > kLongestSpan ? kNever : kWait;
}

}  // namespace

void MarkdownInline::BeginLine(Base base, std::string& out) {
  base_ = base;
  before_ = ' ';
  if (base != Base::kPlain) Restyle(out);
}

size_t MarkdownInline::Write(std::string_view text, bool line_ends, std::string& out) {
  size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    size_t taken = 0;
    switch (rest[0]) {
      case '`': taken = Code(rest, line_ends, out); break;
      case '\\': taken = Backslash(rest, line_ends, out); break;
      case '$': taken = Dollar(rest, line_ends, out); break;
      case '[': taken = Link(rest, line_ends, out); break;
      case '*':
      case '_':
      case '~': taken = Emphasis(rest, line_ends, before_ == ' ', out); break;
      default: taken = std::min(rest.find_first_of("`\\$*_~["), rest.size()); Emit(rest.substr(0, taken), out);
    }
    if (taken == 0) break;
    at += taken;
  }
  return at;
}

void MarkdownInline::EndLine(bool paragraph_ends, std::string& out) {
  if (!styled()) return;
  if (paragraph_ends) bold_ = italic_ = struck_ = false;
  base_ = Base::kPlain;
  Restyle(out);
}

size_t MarkdownInline::Code(std::string_view rest, bool line_ends, std::string& out) {
  const size_t ticks = Run(rest, '`');
  if (ticks == rest.size() && !line_ends) return 0;
  const size_t end = Closing(rest, rest.substr(0, ticks), ticks, line_ends);
  if (end == kWait) return 0;
  if (end == kNever) {
    Emit(rest.substr(0, ticks), out);
    return ticks;
  }
  EmitStyled(rest.substr(ticks, end - ticks), kCodeStyle, out);
  return end + ticks;
}

// \( \) and \[ \] formulas, whose stars are no markers; \boxed{answer}; escapes.
size_t MarkdownInline::Backslash(std::string_view rest, bool line_ends, std::string& out) {
  constexpr std::string_view kBoxed = "\\boxed{";
  if (rest.size() < kBoxed.size() && kBoxed.starts_with(rest) && !line_ends) return 0;
  if (rest.starts_with(kBoxed)) {
    const size_t end = Closing(rest, "}", kBoxed.size(), line_ends);
    if (end == kWait) return 0;
    if (end != kNever) {
      EmitStyled(rest.substr(0, end + 1), kBoldStyle, out);
      return end + 1;
    }
  }
  if (rest.size() > 1 && (rest[1] == '(' || rest[1] == '[')) {
    const size_t end = Closing(rest, rest[1] == '(' ? "\\)" : "\\]", 2, line_ends);
    if (end == kWait) return 0;
    const size_t length = end == kNever ? 2 : end + 2;
    Emit(rest.substr(0, length), out);
    return length;
  }
  if (rest.size() > 1 && IsPunctuation(rest[1]) && rest[1] != '{' && rest[1] != '}' && rest[1] != '\\') {
    Emit(rest.substr(1, 1), out);
    return 2;
  }
  Emit(rest.substr(0, 1), out);
  return 1;
}

// $x$ but not "$5 and $6": the opening has no space behind it, the closing none before it and no digit behind.
size_t MarkdownInline::Dollar(std::string_view rest, bool line_ends, std::string& out) {
  if (rest.size() < 2 && !line_ends) return 0;
  const size_t marks = rest.starts_with("$$") ? 2 : 1;
  size_t end = rest.size() > marks && rest[marks] != ' ' ? Closing(rest, rest.substr(0, marks), marks, line_ends) : kNever;
  if (end == kWait) return 0;
  if (end != kNever && marks == 1) {
    if (end + 1 == rest.size() && !line_ends) return 0;
    if (rest[end - 1] == ' ' || (end + 1 < rest.size() && IsDigit(rest[end + 1]))) end = kNever;
  }
  const size_t length = end == kNever ? marks : end + marks;
  Emit(rest.substr(0, length), out);
  return length;
}

size_t MarkdownInline::Emphasis(std::string_view rest, bool line_ends, bool space_before, std::string& out) {
  const char c = rest[0];
  const size_t run = Run(rest, c);
  if (run == rest.size() && !line_ends) return 0;
  const char next = run < rest.size() ? rest[run] : ' ';
  const bool in_word = c == '_' && IsWord(before_) && IsWord(next);  // snake_case
  bool changed = false;
  const auto toggle = [&](bool wanted, bool& style) {
    if (!wanted || in_word || (style ? space_before : next == ' ')) return;
    style = !style;
    changed = true;
  };
  toggle(c != '~' && (run == 2 || run == 3), bold_);
  toggle(c != '~' && (run == 1 || run == 3), italic_);
  toggle(c == '~' && run == 2, struck_);
  if (changed)
    Restyle(out);
  else
    Emit(rest.substr(0, run), out);
  return run;
}

size_t MarkdownInline::Link(std::string_view rest, bool line_ends, std::string& out) {
  const size_t middle = Closing(rest, "]", 1, line_ends);
  if (middle == kWait || (middle + 1 == rest.size() && !line_ends)) return 0;
  const bool link = middle != kNever && middle + 1 < rest.size() && rest[middle + 1] == '(';
  const size_t end = link ? Closing(rest, ")", middle + 2, line_ends) : kNever;
  if (end == kWait) return 0;
  if (end == kNever) {
    Emit(rest.substr(0, 1), out);
    return 1;
  }
  EmitStyled(rest.substr(1, middle - 1), kUnderlineStyle, out);
  EmitStyled(" (" + std::string(rest.substr(middle + 2, end - middle - 2)) + ")", kDimStyle, out);
  return end + 1;
}

void MarkdownInline::Emit(std::string_view shown, std::string& out) {
  out += shown;
  if (!shown.empty()) before_ = shown.back();
}

void MarkdownInline::EmitStyled(std::string_view shown, const char* style, std::string& out) {
  out += style;
  Emit(shown, out);
  Restyle(out);
}

void MarkdownInline::Restyle(std::string& out) const {
  out += kResetStyle;
  if (bold_ || base_ == Base::kHeading) out += kBoldStyle;
  if (italic_) out += kItalicStyle;
  if (struck_) out += kStruckStyle;
  if (base_ == Base::kQuote) out += kDimStyle;
}

}  // namespace r1
