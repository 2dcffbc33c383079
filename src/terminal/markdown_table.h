// A Markdown table as aligned columns.
#pragma once

#include <string>
#include <vector>

namespace r1 {

// `rows`: the lines of the table, each beginning with "|". The first is bold if the second is a row of dashes, whose colons say how
// columns are aligned. Rows that do not fit `width` are cut. Lines that are no table come back as they are. Ends with a newline.
std::string RenderMarkdownTable(const std::vector<std::string>& rows, int width);

}  // namespace r1
