#include "reward/code_block.h"

#include "reward/response_parts.h"

namespace r1 {
namespace {

// The number of backticks that a line begins with, after at most three spaces; 0 for fewer than three.
size_t FenceLength(std::string_view line) {
  const size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos || begin > 3) return 0;
  const size_t end = line.find_first_not_of('`', begin);
  const size_t length = (end == std::string_view::npos ? line.size() : end) - begin;
  return length >= 3 ? length : 0;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" `\t\r");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find_first_of(" \t\r"));
}

}  // namespace

std::optional<CodeBlock> LastCodeBlock(std::string_view completion) {
  const size_t close = completion.rfind(kThinkClose);
  if (close != std::string_view::npos) {
    completion.remove_prefix(close + kThinkClose.size());
  } else if (completion.find(kThinkOpen) != std::string_view::npos) {
    return std::nullopt;
  }
  std::optional<CodeBlock> last;
  CodeBlock open;
  size_t fence = 0, code_begin = 0;  // 0: outside of a block
  for (size_t at = 0; at < completion.size();) {
    const size_t end = completion.find('\n', at);
    const std::string_view line = completion.substr(at, end == std::string_view::npos ? end : end - at);
    const size_t next = end == std::string_view::npos ? completion.size() : end + 1;
    const size_t length = FenceLength(line);
    if (fence == 0 && length > 0) {
      fence = length;
      open.language = Trimmed(line);
      code_begin = next;
    } else if (fence > 0 && length >= fence && Trimmed(line).empty()) {
      open.code = completion.substr(code_begin, at - code_begin);
      last = open;
      fence = 0;
    }
    at = next;
  }
  return last;
}

}  // namespace r1
