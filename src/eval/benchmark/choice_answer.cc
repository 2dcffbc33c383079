#include <algorithm>

#include "base/ascii.h"
#include "eval/benchmark/answers.h"
#include "judge/math/math_verdict.h"

namespace r1 {
namespace {

bool IsLetter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
bool IsWordChar(char c) { return IsLetter(c) || (c >= '0' && c <= '9') || c == '\''; }

constexpr std::string_view kOpenings[] = {"\\boxed{", "\\text{", "\\textbf{", "\\textrm{", "\\mathrm{", "\\mathbf{", "\\mathsf{",
                                          "\\fbox{",  "option ", "Option ",   "choice ",   "Choice ",   "(",         "$",
                                          "*",        "[",       "'",         "\"",        "{",         "\\("};

std::string_view FirstWord(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && IsLetter(text[end])) ++end;
  return text.substr(0, end);
}

// Is the letter before `after` the only one? Not in "B or C", "B, C" and "B/C".
bool Settles(std::string_view after) {
  after = Trim(after, " \t)*$}].'\"");
  if (after.starts_with("\\text{")) after = Trim(after.substr(6));
  const std::string word = LowerCase(FirstWord(after));
  if (word == "or" || word == "and" || after.starts_with('/') || after.starts_with('&')) return false;
  if (after.starts_with(',')) {  // a list of letters
    const std::string_view next = Trim(after.substr(1));
    return next.empty() || !IsLetter(next[0]) || (next.size() > 1 && IsWordChar(next[1]));
  }
  return true;
}

// Is a bare "A" or "I" a word, as in "A good question" and "I think"? Not before "because" and its like.
bool IsWordOfSentence(char letter, std::string_view after) {
  if ((letter != 'A' && letter != 'I') || !after.starts_with(' ')) return false;
  const std::string_view word = FirstWord(Trim(after));
  for (const std::string_view reason :
       {"because", "since", "as", "is", "for", "which", "with", "due", "or", "and", "from", "based"})
    if (word == reason) return false;
  return !word.empty() && word == LowerCase(word);
}

// A letter that stands alone at `at`, perhaps in brackets, dollars or \text{}.
std::optional<char> LetterAt(std::string_view text, size_t at, size_t choices) {
  constexpr int kMostOpenings = 12;  // \boxed{\textbf{(B)}}
  bool bare = true;
  for (int opened = 0; opened < kMostOpenings && at < text.size(); ++opened) {
    const auto* opening = std::find_if(std::begin(kOpenings), std::end(kOpenings),
                                       [&](std::string_view open) { return text.substr(at).starts_with(open); });
    if (opening == std::end(kOpenings)) break;
    at += opening->size();
    bare = false;
  }
  if (at >= text.size()) return std::nullopt;
  const std::string_view after = text.substr(at + 1);
  // A small letter only where nothing but its end follows: "answer: b".
  const bool ends = after.empty() || std::string_view(")\n*}$").find(after[0]) != std::string_view::npos ||
                    (after[0] == '.' && (after.size() == 1 || after[1] == ' ' || after[1] == '\n'));
  const char letter = text[at] >= 'a' && text[at] <= 'z' && ends ? static_cast<char>(text[at] - 32) : text[at];
  if (letter < 'A' || static_cast<size_t>(letter - 'A') >= choices) return std::nullopt;
  if (!after.empty() && IsWordChar(after[0])) return std::nullopt;
  const std::string_view line = after.substr(0, std::min<size_t>(after.find('\n'), 200));
  if (!Settles(line) || (bare && IsWordOfSentence(letter, line))) return std::nullopt;
  return letter;
}

struct Found {
  size_t at = 0;
  char letter = 0;
};

// The last "answer is (C)", "answer: C", "option is C".
std::optional<Found> LastAnnounced(std::string_view reply, size_t choices) {
  const std::string lower = LowerCase(reply);
  std::optional<Found> best;
  for (const std::string_view word : {"answer", "option", "choice"}) {
    for (size_t at = lower.rfind(word); at != lower.npos; at = at == 0 ? lower.npos : lower.rfind(word, at - 1)) {
      if (best && at < best->at) break;
      size_t next = at + word.size();
      const auto skip = [&](std::string_view set) {
        while (next < lower.size() && set.find(lower[next]) != set.npos) ++next;
      };
      skip(" *");
      const bool is = lower.compare(next, 2, "is") == 0 && next + 2 < lower.size() && !IsLetter(lower[next + 2]);
      if (is) next += 2;
      skip(" *");
      const bool colon = next < lower.size() && lower[next] == ':';
      if (colon) ++next;
      if (!is && !colon) continue;
      skip(" *\n");
      const auto letter = LetterAt(reply, next, choices);
      if (!letter) continue;
      best = Found{at, *letter};
      break;
    }
  }
  return best;
}

// "(C) is correct", "C is the right answer": the last, and only if nothing denies it.
std::optional<Found> LastCalledRight(std::string_view reply, size_t choices) {
  std::optional<Found> last;
  for (const std::string_view claim :
       {" is correct", " is the correct", " is the right answer", " is the best answer", " is the answer"}) {
    const size_t at = reply.rfind(claim);
    if (at == reply.npos || (last && at < last->at)) continue;
    size_t end = at;
    while (end > 0 && std::string_view(")*$]\"'}").find(reply[end - 1]) != std::string_view::npos) --end;
    if (end == 0) continue;
    const char letter = reply[end - 1];
    if (letter < 'A' || static_cast<size_t>(letter - 'A') >= choices || (end > 1 && IsWordChar(reply[end - 2]))) continue;
    const std::string before = LowerCase(reply.substr(end - std::min<size_t>(end, 24), std::min<size_t>(end, 24)));
    const auto has = [&](std::string_view word) { return before.find(word) != before.npos; };
    if (has(" or ") || has(" and ") || has("not ") || has("if ") || has("whether ") || has("n't ")) continue;
    last = Found{at, letter};
  }
  return last;
}

}  // namespace

std::optional<char> ChosenLetter(std::string_view reply, size_t choices) {
  const auto announced = LastAnnounced(reply, choices);
  // What comes last counts; a box that is none of the letters answers nothing.
  if (const size_t box = std::max(reply.rfind("\\boxed{") + 1, reply.rfind("\\fbox{") + 1);
      box > 0 && (!announced || announced->at < box - 1))
    return LetterAt(ExtractAnswer(reply).value_or(""), 0, choices);
  if (announced) return announced->letter;
  if (const auto right = LastCalledRight(reply, choices)) return right->letter;
  const std::string_view whole = Trim(reply, " \t\r\n.*()$");
  if (whole.size() == 1) return LetterAt(whole, 0, choices);
  // "B) Paris" and "**B. Paris**", if that is all; and a last line that is only a letter.
  if (whole.find('\n') == whole.npos)
    return whole.size() > 2 && (whole[1] == ')' || whole[1] == '.') ? LetterAt(whole, 0, choices) : std::nullopt;
  const std::string_view last = Trim(whole.substr(whole.rfind('\n')), " \t\r\n.*()$");
  return last.size() == 1 ? LetterAt(last, 0, choices) : std::nullopt;
}

}  // namespace r1
