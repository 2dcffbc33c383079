// \boxed{...} in a text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace r1::math {

struct Box {
  size_t begin = 0;  // of the backslash
  size_t end = 0;    // behind the closing brace
  std::string_view inside;
  bool closed = true;  // false: the text ends before the brace does
};

// All that are not inside another, in order. \fbox counts; braces may be escaped and nested; "\boxed 5" has one character or
// command.
std::vector<Box> FindBoxes(std::string_view text);

// What the last box says, or the last ones together, "2, 3" for "\boxed{2} and \boxed{3}". Nothing: the last box is empty or not
// closed (which `closed_only` forbids), or `boxes` is empty.
std::optional<std::string> AnswerOfBoxes(std::string_view text, const std::vector<Box>& boxes, bool closed_only);

}  // namespace r1::math
