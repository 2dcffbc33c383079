#include "judge/code/answer_program.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "judge/code/language.h"

namespace r1 {
namespace {

constexpr size_t kFenceLength = 3;  // at least

struct Fence {
  char character = 0;
  size_t length = 0;
  size_t indent = 0;      // spaces before it
  std::string_view word;  // behind it
};

size_t RunAt(std::string_view text, size_t at) { return std::min(text.find_first_not_of(text[at], at), text.size()) - at; }

// The fence that a line begins with.
std::optional<Fence> FenceOf(std::string_view line) {
  const std::string_view text = Trim(line);
  if (text.empty() || (text.front() != '`' && text.front() != '~')) return std::nullopt;
  const size_t length = RunAt(text, 0);
  std::string_view word = Trim(text.substr(length));
  if (length < kFenceLength || (text.front() == '`' && word.find('`') != word.npos))
    return std::nullopt;  // ```a``` is code in a line
  word = word.substr(0, word.find_first_of(" \t{:,"));
  return Fence{text.front(), length, static_cast<size_t>(text.data() - line.data()), word};
}

// "Here it is: ```python": only with the name of a language behind it.
std::optional<Fence> FenceBehindWords(std::string_view line) {
  const size_t at = line.find("```");
  if (at == line.npos) return std::nullopt;
  const size_t length = RunAt(line, at);
  const std::string_view word = Trim(line.substr(at + length));
  if (word.empty() || FindCodeLanguage(word) == nullptr) return std::nullopt;
  return Fence{'`', length, 0, word};
}

// Where in a line the block that `open` began ends; npos: not there.
size_t CloseAt(std::string_view line, const Fence& open) {
  if (const auto fence = FenceOf(line))
    return fence->character == open.character && fence->length >= open.length && fence->word.empty() ? 0 : line.npos;
  const std::string_view text = line.substr(0, line.find_last_not_of(kAsciiSpace) + 1);
  const std::string closing(open.length, open.character);
  if (open.character != '`' || !text.ends_with(closing)) return line.npos;
  const size_t at = text.size() - open.length;
  return text.find('`') == at ? at : line.npos;  // "return x```", with nothing else quoted in the line
}

std::string WithoutIndent(std::string_view code, size_t indent) {
  std::string out;
  for (size_t begin = 0; begin < code.size();) {
    const size_t end = std::min(code.find('\n', begin), code.size() - 1) + 1;
    const std::string_view line = code.substr(begin, end - begin);
    const size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    out += line.substr(std::min(spaces, indent));
    begin = end;
  }
  return out;
}

}  // namespace

AnswerProgram FindProgram(std::string_view answer, std::string_view language) {
  const CodeLanguage* const wanted = FindCodeLanguage(language);
  AnswerProgram best{AnswerProgram::Form::kBare, std::string(answer), ""};
  std::pair<int, bool> best_rank = {0, false};  // 3: names the language, 2: names none, 1: names another; and is it whole
  std::optional<Fence> open;
  size_t code_begin = 0;
  const auto close = [&](size_t end, bool whole) {
    const CodeLanguage* const named = FindCodeLanguage(open->word);
    const bool right = named != nullptr && (language.empty() || named == wanted);
    const std::pair<int, bool> rank = {right ? 3 : open->word.empty() ? 2 : 1, whole};
    if (rank >= best_rank) {
      const std::string_view code = answer.substr(code_begin, end - code_begin);
      best = {whole ? AnswerProgram::Form::kWhole : AnswerProgram::Form::kCutOff, WithoutIndent(code, open->indent),
              std::string(open->word)};
      best_rank = rank;
    }
    open.reset();
  };
  for (size_t begin = 0; begin < answer.size();) {
    const size_t newline = std::min(answer.find('\n', begin), answer.size());
    const std::string_view line = answer.substr(begin, newline - begin);
    if (open) {
      if (const size_t at = CloseAt(line, *open); at != line.npos) close(begin + at, true);
    } else {
      open = FenceOf(line);
      if (!open) open = FenceBehindWords(line);
      code_begin = std::min(newline + 1, answer.size());
    }
    begin = newline + 1;
  }
  if (open) close(answer.size(), false);
  return best;
}

}  // namespace r1
