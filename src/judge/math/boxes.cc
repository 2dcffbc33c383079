#include "judge/math/boxes.h"

#include <algorithm>

#include "base/ascii.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

constexpr size_t kMaxGapBytes = 60;
constexpr size_t kMaxBoxes = 32;  // that one answer is made of

// The next \boxed or \fbox, and how long its name is.
size_t NextBox(std::string_view text, size_t from, size_t& name_bytes) {
  while (true) {
    const size_t at = text.find('\\', from);
    if (at == text.npos) return at;
    for (const std::string_view name : {"\\boxed", "\\fbox", "\\framebox"}) {
      if (!text.substr(at).starts_with(name) || (at + name.size() < text.size() && IsLetter(text[at + name.size()]))) continue;
      name_bytes = name.size();
      return at;
    }
    from = at + 1;
  }
}

Box ReadBox(std::string_view text, size_t begin, size_t name_bytes) {
  size_t at = begin + name_bytes;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
  if (at >= text.size()) return {begin, text.size(), "", false};
  if (text[at] != '{') {
    size_t end = at + 1;
    if (text[at] == '\\')
      while (end < text.size() && IsLetter(text[end])) ++end;
    else if (IsDigit(text[at]))
      while (end < text.size() && IsDigit(text[end])) ++end;
    return {begin, end, text.substr(at, end - at), true};
  }
  int depth = 0;
  for (size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return {begin, i + 1, text.substr(at + 1, i - at - 1), true};
    }
  }
  return {begin, text.size(), text.substr(at + 1), false};
}

// "$ or $x = " without the name that the second box is the value of.
std::string_view WithoutName(std::string_view gap) {
  const std::string_view trimmed = Trim(gap);
  if (!trimmed.ends_with('=')) return gap;
  const std::string_view left = Trim(trimmed.substr(0, trimmed.size() - 1));
  const size_t begin = left.find_last_of(" $(,") + 1;
  const std::string_view name = left.substr(std::min(begin, left.size()));
  const bool is_name = !name.empty() && IsLetter(name[0]) && (name.size() == 1 || name[1] == '_') && name.size() <= 5;
  return is_name ? left.substr(0, begin) : gap;
}

// May two boxes with this between them be one answer? "and", ", ", "\quad", " papers and ", but no sentence, and no change of mind.
bool Joins(std::string_view gap) {
  gap = WithoutName(gap);
  if (gap.size() > kMaxGapBytes || gap.find("\n\n") != gap.npos || gap.find(". ") != gap.npos || gap.find('=') != gap.npos)
    return false;
  int words = 0;
  bool joined = false;
  for (size_t i = 0; i < gap.size();) {
    if (gap[i] == '\\') {
      const size_t begin = ++i;
      while (i < gap.size() && IsLetter(gap[i])) ++i;
      const std::string_view command = gap.substr(begin, i - begin);
      if (!command.empty() && command != "text" && command != "quad" && command != "qquad" && command != "textbf" &&
          command != "mbox")
        return false;
      if (command.empty()) ++i;
    } else if (IsLetter(gap[i])) {
      const size_t begin = i;
      while (i < gap.size() && IsLetter(gap[i])) ++i;
      const std::string word = LowerCase(gap.substr(begin, i - begin));
      if (word == "and" || word == "or")
        joined = true;
      else if (IsSentenceWord(word) && word != "for" && word != "a" && word != "the" && word != "to")
        return false;
      else
        ++words;
    } else {
      ++i;
    }
  }
  return words == 0 || (joined && words <= 4);
}

}  // namespace

std::vector<Box> FindBoxes(std::string_view text) {
  std::vector<Box> boxes;
  size_t name_bytes = 0;
  for (size_t at = NextBox(text, 0, name_bytes); at != text.npos; at = NextBox(text, at, name_bytes)) {
    boxes.push_back(ReadBox(text, at, name_bytes));
    at = boxes.back().end;
  }
  return boxes;
}

std::optional<std::string> AnswerOfBoxes(std::string_view text, const std::vector<Box>& boxes, bool closed_only) {
  if (boxes.empty()) return std::nullopt;
  size_t first = boxes.size() - 1;
  while (first > 0 && boxes.size() - first < kMaxBoxes &&
         Joins(text.substr(boxes[first - 1].end, boxes[first].begin - boxes[first - 1].end)))
    --first;
  std::string answer;
  for (size_t i = first; i < boxes.size(); ++i) {
    std::string_view inside = Trim(boxes[i].inside);
    if (inside.empty() || (closed_only && !boxes[i].closed)) return std::nullopt;
    if (i > first) answer += ", ";
    answer += inside;
  }
  return answer;
}

}  // namespace r1::math
