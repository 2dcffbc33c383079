#include "terminal/row_wrapper.h"

#include <utility>

#include "base/terminal.h"
#include "base/utf8.h"

namespace r1 {

void RowWrapper::Push(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = NextUtf8Char(text);
    const std::string_view bytes = text.substr(0, static_cast<size_t>(c.num_bytes));
    text.remove_prefix(bytes.size());
    if (bytes == "\n") {
      NewRow("");
      continue;
    }
    const std::string shown(bytes == "\t" ? " " : bytes);
    const int columns = DisplayWidth(shown);
    if (columns_ + columns > width_) {
      if (shown == " ") {
        NewRow("");
        continue;
      }
      // The word that does not fit moves to the next row, unless it fills this one.
      const size_t space = rows_.back().rfind(' ');
      if (space == std::string::npos || space + 1 == rows_.back().size()) {
        NewRow("");
      } else {
        std::string word = rows_.back().substr(space + 1);
        rows_.back().resize(space);
        NewRow(std::move(word));
      }
    }
    rows_.back() += shown;
    columns_ += columns;
  }
}

void RowWrapper::SetWidth(int width) {
  if (width == width_) return;
  width_ = width;
  const std::deque<std::string> kept = std::exchange(rows_, std::deque<std::string>(1));
  columns_ = 0;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) NewRow("");
    Push(kept[i]);
  }
}

void RowWrapper::NewRow(std::string begin) {
  columns_ = DisplayWidth(begin);
  rows_.push_back(std::move(begin));
  if (rows_.size() > rows_kept_) rows_.pop_front();
}

}  // namespace r1
