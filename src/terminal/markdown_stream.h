// Markdown on a terminal while it is being written: headings bold, emphasis, code, lists with bullets, quotes, rules, tables in
// columns, \boxed{} bold. Text appears as soon as its meaning is certain; what may still turn out to be a marker is held back, and
// a table until its last row. Nothing that was written is ever redrawn.
//   MarkdownStream markdown(terminal);
//   terminal.Write(markdown.Push("The **ans")); ...; terminal.Write(markdown.Flush());
// Where colour is not welcome the text passes unchanged: a pipe gets the Markdown itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/terminal.h"
#include "terminal/markdown_inline.h"

namespace r1 {

class MarkdownStream {
 public:
  explicit MarkdownStream(const Terminal& terminal) : enabled_(terminal.colour()), width_(terminal.width()) {}

  // `text` must be safe to print (PrintableText). Returns what may be shown now.
  std::string Push(std::string_view text);
  // The end of the text: what was held back. Push then begins another text.
  std::string Flush();

 private:
  enum class Line { kUndecided, kText, kCode, kTable };
  // kConsumed: the whole line is done.
  enum class Begin { kWait, kConsumed, kDecided };
  void Step(bool at_end);
  Begin BeginLine(bool at_end);
  Begin BeginCodeLine(std::string_view text, bool whole);
  void BeginTextLine(std::string_view line, size_t indent);
  void ConsumeLine();
  void EndLine();
  void WriteTable();

  bool enabled_;
  int width_;
  std::string held_;  // not yet decided
  std::string out_;
  Line line_ = Line::kUndecided;
  std::string fence_;  // what opened the code block we are in, or ""
  bool heading_ = false;
  std::vector<std::string> table_;
  MarkdownInline inline_;
};

}  // namespace r1
