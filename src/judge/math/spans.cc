#include "judge/math/spans.h"

namespace r1::math {

std::vector<Span> MathSpans(std::string_view text) {
  std::vector<Span> spans;
  bool parentheses = true, brackets = true;  // false once no closing one is left: looking again would take quadratic time
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    std::string_view open, close;
    bool display = false;
    if (rest.starts_with("\\$")) {
      ++i;
      continue;
    }
    if (rest.starts_with("$$"))
      open = close = "$$", display = true;
    else if (rest.starts_with("$"))
      open = close = "$";
    else if (parentheses && rest.starts_with("\\("))
      open = "\\(", close = "\\)";
    else if (brackets && rest.starts_with("\\["))
      open = "\\[", close = "\\]", display = true;
    else
      continue;
    size_t end = text.find(close, i + open.size());
    while (end != text.npos && close == "$" && text[end - 1] == '\\') end = text.find(close, end + 1);
    if (end == text.npos) {
      if (close[0] == '$') break;  // and no later one can be closed either
      (display ? brackets : parentheses) = false;
      continue;
    }
    const std::string_view inside = text.substr(i + open.size(), end - i - open.size());
    spans.push_back({i, end + close.size(), inside, !display && inside.find('\n') != inside.npos});
    i = end + close.size() - 1;
  }
  return spans;
}

}  // namespace r1::math
