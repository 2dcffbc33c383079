#include "terminal/markdown_stream.h"

#include <algorithm>
#include <utility>

#include "terminal/markdown_table.h"
#include "terminal/styles.h"

namespace r1 {
namespace {

constexpr int kRuleWidth = 60;

size_t Run(std::string_view text, char c) { return std::min(text.find_first_not_of(c), text.size()); }

// "12. " or "12) ": the length without the space, or 0.
size_t NumberMarker(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool marker = digits > 0 && digits <= 4 && digits + 1 < text.size() && (text[digits] == '.' || text[digits] == ')');
  return marker && text[digits + 1] == ' ' ? digits + 1 : 0;
}

// "---", "* * *": three or more of one mark and nothing else.
bool IsRule(std::string_view text) {
  const char c = text.empty() ? ' ' : text[0];
  return (c == '-' || c == '*' || c == '_') && std::count(text.begin(), text.end(), c) >= 3 &&
         text.find_first_not_of(std::string{c, ' '}) == std::string_view::npos;
}

// Whether what these first bytes of a line are depends on the bytes to come.
bool IsUndecided(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() > 6) return IsRule(text);
  const char c = text[0];
  if (c >= '0' && c <= '9') return text.find_first_not_of("0123456789.)") == std::string_view::npos;
  return std::string_view("#`~-*_+>").find(c) != std::string_view::npos && Run(text, c) == text.size();
}

}  // namespace

std::string MarkdownStream::Push(std::string_view text) {
  if (!enabled_) return std::string(text);
  held_ += text;
  Step(/*at_end=*/false);
  return std::exchange(out_, {});
}

std::string MarkdownStream::Flush() {
  if (!enabled_) return {};
  Step(/*at_end=*/true);
  WriteTable();
  if (inline_.styled() || !fence_.empty()) out_ += kResetStyle;
  std::string out = std::exchange(out_, {});
  *this = MarkdownStream(Terminal(true, true, width_, {}));
  return out;
}

void MarkdownStream::Step(bool at_end) {
  while (!held_.empty()) {
    if (line_ == Line::kUndecided) {
      const Begin begin = BeginLine(at_end);
      if (begin == Begin::kWait) return;
      if (begin == Begin::kConsumed) continue;
    }
    const size_t newline = held_.find('\n');
    const bool line_ends = newline != std::string::npos || at_end;
    const std::string_view line = std::string_view(held_).substr(0, newline);
    if (line_ == Line::kTable) {
      if (!line_ends) return;
      table_.emplace_back(line);
      ConsumeLine();
      line_ = Line::kUndecided;
      continue;
    }
    if (line_ == Line::kCode) {
      out_ += line;
      held_.erase(0, line.size());
    } else {
      held_.erase(0, inline_.Write(line, line_ends, out_));
    }
    if (!held_.starts_with('\n')) return;  // the rest of the line has yet to come
    held_.erase(0, 1);
    EndLine();
  }
}

// Decides what the line is and consumes its marker.
MarkdownStream::Begin MarkdownStream::BeginLine(bool at_end) {
  const size_t newline = held_.find('\n');
  const bool whole = newline != std::string::npos || at_end;
  const std::string_view line = std::string_view(held_).substr(0, newline);
  const size_t indent = Run(line, ' ');
  const std::string_view text = line.substr(indent);
  if (!fence_.empty()) return BeginCodeLine(text, whole);
  if (!whole && IsUndecided(text)) return Begin::kWait;
  if (text.starts_with('|')) {
    line_ = Line::kTable;
    return Begin::kDecided;
  }
  WriteTable();
  if (const size_t fence = std::max(Run(text, '`'), Run(text, '~')); fence >= 3) {
    if (!whole) return Begin::kWait;
    fence_ = text.substr(0, fence);
    const std::string language(text.substr(std::min(text.find_first_not_of(' ', fence), text.size())));
    if (!language.empty()) out_ += std::string("  ") + kDimStyle + language + kResetStyle + "\n";
    ConsumeLine();
    return Begin::kConsumed;
  }
  if (IsRule(text)) {
    if (!whole) return Begin::kWait;
    out_ += kDimStyle;
    for (int i = 0; i < std::min(width_, kRuleWidth); ++i) out_ += "─";
    out_ += std::string(kResetStyle) + "\n";
    ConsumeLine();
    return Begin::kConsumed;
  }
  BeginTextLine(line, indent);
  return Begin::kDecided;
}

MarkdownStream::Begin MarkdownStream::BeginCodeLine(std::string_view text, bool whole) {
  const bool closes = text.starts_with(fence_) && Run(text, fence_[0]) == text.size();
  if (!whole && (closes || fence_.starts_with(text))) return Begin::kWait;
  if (closes) {
    fence_.clear();
    ConsumeLine();
    return Begin::kConsumed;
  }
  line_ = Line::kCode;
  out_ += std::string("  ") + kCodeStyle;
  return Begin::kDecided;
}

void MarkdownStream::BeginTextLine(std::string_view line, size_t indent) {
  const std::string_view text = line.substr(indent);
  const std::string spaces(indent, ' ');
  auto base = MarkdownInline::Base::kPlain;
  size_t marker = 0;
  line_ = Line::kText;
  if (const size_t hashes = Run(text, '#'); hashes >= 1 && hashes <= 6 && hashes < text.size() && text[hashes] == ' ') {
    base = MarkdownInline::Base::kHeading;
    marker = hashes + 1;
  } else if (text.starts_with("> ") || text == ">") {
    out_ += std::string(kDimStyle) + "│ ";
    base = MarkdownInline::Base::kQuote;
    marker = std::min<size_t>(2, text.size());
  } else if (text.starts_with("- ") || text.starts_with("* ") || text.starts_with("+ ")) {
    out_ += spaces + "• ";
    marker = 2;
  } else {
    marker = NumberMarker(text);
    out_ += spaces + std::string(text.substr(0, marker));
  }
  heading_ = base == MarkdownInline::Base::kHeading;
  held_.erase(0, indent + marker);
  inline_.BeginLine(base, out_);
}

void MarkdownStream::ConsumeLine() {
  const size_t newline = held_.find('\n');
  held_.erase(0, newline == std::string::npos ? held_.size() : newline + 1);
}

void MarkdownStream::EndLine() {
  if (line_ == Line::kCode)
    out_ += kResetStyle;
  else
    inline_.EndLine(heading_ || held_.starts_with('\n'), out_);
  out_ += '\n';
  line_ = Line::kUndecided;
}

void MarkdownStream::WriteTable() {
  if (!table_.empty()) out_ += RenderMarkdownTable(table_, width_);
  table_.clear();
}

}  // namespace r1
