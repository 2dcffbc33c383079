// Text cut into rows of a terminal's width while it grows; only the last few rows are kept.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace r1 {

class RowWrapper {
 public:
  RowWrapper(int width, size_t rows_kept) : width_(width), rows_kept_(rows_kept) {}

  // Breaks at spaces where it can, and inside a word that is longer than a row. `text` has no escape sequences.
  void Push(std::string_view text);
  // What is kept is cut anew.
  void SetWidth(int width);
  // The last rows, oldest first; the last one may still grow.
  const std::deque<std::string>& rows() const { return rows_; }

 private:
  void NewRow(std::string begin);

  int width_;
  size_t rows_kept_;
  std::deque<std::string> rows_{1};
  int columns_ = 0;  // of the last row
};

}  // namespace r1
