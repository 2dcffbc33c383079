#include "server/best_of/code_block.h"

#include <algorithm>

#include "base/ascii.h"
#include "judge/code/language.h"

namespace r1 {
namespace {

// The fence that a line begins with: its character, its length, and the word behind it.
struct Fence {
  char character = 0;
  size_t length = 0;
  std::string_view word;
};

Fence FenceOf(std::string_view line) {
  line = Trim(line);
  const size_t length = line.empty() ? 0 : std::min(line.find_first_not_of(line.front()), line.size());
  if (length < 3 || (line.front() != '`' && line.front() != '~')) return {};
  std::string_view word = Trim(line.substr(length));
  if (line.front() == '`' && word.find('`') != word.npos) return {};  // ```a``` is code within a line
  word = word.substr(0, std::min(word.find_first_of(" \t{:,"), word.size()));
  return {line.front(), length, word};
}

}  // namespace

std::string_view CodeIn(std::string_view answer, std::string_view language) {
  const CodeLanguage* wanted = FindCodeLanguage(language);
  int best_rank = 0;  // 3: names the language, 2: names none, 1: another
  std::string_view best = answer;
  Fence open;
  size_t code_begin = 0;
  const auto close = [&](size_t end) {
    const CodeLanguage* named = FindCodeLanguage(open.word);
    const int rank = open.word.empty() ? 2 : named != nullptr && named == wanted ? 3 : 1;
    if (rank >= best_rank) best = answer.substr(code_begin, end - code_begin);
    best_rank = std::max(best_rank, rank);
    open = {};
  };
  for (size_t begin = 0; begin < answer.size();) {
    const size_t newline = std::min(answer.find('\n', begin), answer.size());
    const Fence fence = FenceOf(answer.substr(begin, newline - begin));
    if (open.length > 0) {
      if (fence.character == open.character && fence.length >= open.length && fence.word.empty()) close(begin);
    } else if (fence.length > 0) {
      open = fence;
      code_begin = std::min(newline + 1, answer.size());
    }
    begin = newline + 1;
  }
  if (open.length > 0) close(answer.size());
  return best;
}

}  // namespace r1
