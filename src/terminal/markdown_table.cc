#include "terminal/markdown_table.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "base/terminal.h"

namespace r1 {
namespace {

constexpr std::string_view kSpace = " \t";

// Cells between the bars; "\|" is a bar inside a cell, and emphasis and code marks are left out.
std::vector<std::string> Cells(std::string_view row) {
  row = Trim(row, kSpace);
  if (row.starts_with('|')) row.remove_prefix(1);
  std::vector<std::string> cells(1);
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|')
      cells.back() += row[++i];
    else if (row[i] == '|')
      cells.emplace_back();
    else if (row[i] == '`' || (row[i] == '*' && i + 1 < row.size() && row[i + 1] == '*'))
      i += row[i] == '*';
    else
      cells.back() += row[i];
  }
  if (cells.size() > 1 && Trim(cells.back(), kSpace).empty()) cells.pop_back();
  for (std::string& cell : cells) cell = std::string(Trim(cell, kSpace));
  return cells;
}

bool IsDashes(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    return cell.find('-') != std::string::npos && cell.find_first_not_of(":-") == std::string::npos;
  });
}

std::string Aligned(const std::string& cell, int width, const std::string& rule) {
  const int space = std::max(0, width - DisplayWidth(cell));
  const bool right = rule.ends_with(':'), centre = right && rule.starts_with(':');
  const int before = centre ? space / 2 : right ? space : 0;
  return std::string(static_cast<size_t>(before), ' ') + cell + std::string(static_cast<size_t>(space - before), ' ');
}

}  // namespace

std::string RenderMarkdownTable(const std::vector<std::string>& rows, int width) {
  std::vector<std::vector<std::string>> cells;
  for (const std::string& row : rows) cells.push_back(Cells(row));
  std::string out;
  if (cells.size() < 2 || !IsDashes(cells[1])) {
    for (const std::string& row : rows) out += row + "\n";
    return out;
  }
  size_t columns = 0;
  for (const auto& row : cells) columns = std::max(columns, row.size());
  std::vector<int> widths(columns, 0);
  for (size_t r = 0; r < cells.size(); ++r) {
    cells[r].resize(columns);
    for (size_t c = 0; c < columns && r != 1; ++c) widths[c] = std::max(widths[c], DisplayWidth(cells[r][c]));
  }
  for (size_t r = 0; r < cells.size(); ++r) {
    std::string line;
    for (size_t c = 0; c < columns; ++c) {
      if (c > 0) line += r == 1 ? "─┼─" : " │ ";
      if (r == 1)
        for (int i = 0; i < widths[c]; ++i) line += "─";
      else
        line += Aligned(cells[r][c], widths[c], cells[1][c]);
    }
    line = FitToWidth(line, width);
    out += (r == 0 ? "\x1b[1m" + line + "\x1b[0m" : r == 1 ? "\x1b[2m" + line + "\x1b[0m" : line) + "\n";
  }
  return out;
}

}  // namespace r1
