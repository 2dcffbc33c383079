#include "judge/math/answer_words.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

constexpr std::string_view kUpright[] = {"\\text", "\\mathrm", "\\textbf", "\\textit", "\\textrm", "\\mbox"};
constexpr std::string_view kTypesetting[] = {"\\left", "\\right", "\\!", "\\,", "\\;", "\\:", "\\ ", "$", " ", "\n", "~"};

// Is `mark` a whole command, or a mark of another kind, at the start of `text`, which is not empty?
bool StartsWithMark(std::string_view text, std::string_view mark) {
  if (text.front() != mark.front()) return false;  // at most places, and told without a call
  return text.starts_with(mark) && (mark.size() <= 2 || text.size() == mark.size() || !IsLetter(text[mark.size()]));
}

// Words and numbers in lower case, without what typesets them; none if anything else is there.
std::vector<std::string> WordsOf(std::string_view text) {
  std::string bare;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const auto* upright = std::find_if(std::begin(kUpright), std::end(kUpright),
                                       [&](std::string_view command) { return StartsWithMark(rest, command); });
    if (upright != std::end(kUpright)) {
      i += upright->size() - 1;
    } else if (rest.starts_with("\\ ") || rest.starts_with("\\,")) {
      bare += ' ';
      ++i;
    } else if (text[i] == '\\') {
      return {};
    } else if (text[i] != '{' && text[i] != '}' && text[i] != '$' && text[i] != '*') {
      bare += text[i];
    }
  }
  std::vector<std::string> words(1);
  for (const char c : Trim(bare, " \n\t.,;~")) {
    if (IsLetter(c) || IsDigit(c) || c == '\'' || static_cast<unsigned char>(c) >= 0x80)
      words.back() += c;
    else if (std::string_view(" ~\n-,").find(c) == std::string_view::npos)
      return {};
    else if (!words.back().empty())
      words.emplace_back();
  }
  for (std::string& word : words) word = LowerCase(word);
  if (words.back().empty()) words.pop_back();
  return words;
}

// "2 hours and 30 minutes" is "2 hours 30 minutes".
void WithoutJoins(std::vector<std::string>& words) {
  for (size_t i = 1; i + 1 < words.size(); ++i)
    if (words[i] == "and" && !IsDigit(words[i - 1][0]) && IsDigit(words[i + 1][0]))
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
}

bool IsArticle(std::string_view word) { return word == "a" || word == "an" || word == "the"; }

// "x" and "ab" may be symbols, whose capitals count.
bool AreWords(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word.size() >= 3 && std::all_of(word.begin(), word.end(), [](char c) { return !IsDigit(c); });
  });
}

bool Doubts(std::string_view word) {
  for (const std::string_view doubt :
       {"not",   "no",      "never",     "nor",    "neither", "either",     "or",       "if",     "unless", "except",
        "maybe", "perhaps", "possibly",  "could",  "may",     "might",      "would",    "should", "but",    "rather",
        "false", "wrong",   "incorrect", "cannot", "than",    "impossible", "unlikely", "doubt",  "whether"})
    if (word == doubt) return true;
  return word.ends_with("n't");
}

}  // namespace

std::string PlainText(std::string_view text) {
  std::string plain;
  std::vector<bool> dropped;  // of the open braces: is it one of an upright command?
  bool upright = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const auto skips = [&](std::string_view mark) {
      if (!StartsWithMark(rest, mark)) return false;
      i += mark.size() - 1;
      return true;
    };
    if (std::any_of(std::begin(kUpright), std::end(kUpright), skips)) {
      upright = true;
      continue;
    }
    if (std::any_of(std::begin(kTypesetting), std::end(kTypesetting), skips)) {
      // "4 2" is not 42.
      if (!plain.empty() && IsDigit(plain.back()) && i + 1 < text.size() && IsDigit(text[i + 1])) plain += ' ';
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) {
      plain += text[i++];
    } else if (text[i] == '{') {
      dropped.push_back(upright);
      upright = false;
      if (dropped.back()) continue;
    } else if (text[i] == '}' && !dropped.empty()) {
      const bool drop = dropped.back();
      dropped.pop_back();
      if (drop) continue;
    }
    plain += text[i];
  }
  while (!plain.empty() && plain.back() == '.') plain.pop_back();
  return plain;
}

std::string_view SpelledOut(std::string_view text, std::string_view plain) {
  const std::string lower = LowerCase(plain);
  for (const std::string_view reals : {"allrealnumbers", "allreals", "realnumbers"})
    if (lower == reals) return "\\mathbb{R}";
  for (const std::string_view none : {"nosolution", "nosolutions", "norealsolution", "norealsolutions", "emptyset", "theemptyset"})
    if (lower == none) return "\\emptyset";
  if (lower == "dne") return "\\text{does not exist}";
  // \text{6 and 8}
  const std::string_view trimmed = Trim(text, " \n$");
  if (trimmed.starts_with("\\text{") && trimmed.ends_with('}')) {
    const std::string_view inside = trimmed.substr(6, trimmed.size() - 7);
    const bool several = inside.find_first_of("=,") != inside.npos || inside.find(" and ") != inside.npos;
    if (several && inside.find_first_of("\\{}$") == inside.npos && std::any_of(inside.begin(), inside.end(), IsDigit))
      return inside;
  }
  return text;
}

Choice ChoiceOf(std::string_view answer, std::string_view plain) {
  std::string unbraced(plain);
  std::erase_if(unbraced, [](char c) { return c == '{' || c == '}'; });
  std::string_view text = unbraced;
  const std::string lower = LowerCase(answer);
  for (const std::string_view name : {"option", "choice", "answer"})
    if (LowerCase(text.substr(0, name.size())) == name && text.size() > name.size()) text.remove_prefix(name.size());
  const bool open = text.starts_with('(');
  if (open) text.remove_prefix(1);
  if (text.empty() || !IsLetter(text[0])) return {};
  const std::string letter = LowerCase(text.substr(0, 1));
  if (text.size() == 1) return open ? Choice{} : Choice{letter, ""};
  const bool closed = text[1] == ')' || (!open && (text[1] == '.' || text[1] == ':'));
  const std::string_view rest = text.substr(2);
  bool several = (rest.size() == 1 && IsLetter(rest[0])) || rest.find_first_of("(),") != rest.npos;
  for (const std::string_view word : {" or ", " and ", "not ", "or}", "and}"}) several = several || lower.find(word) != lower.npos;
  return closed && !several ? Choice{letter, std::string(rest)} : Choice{};
}

bool SaysTheSame(std::string_view expected, std::string_view answer) {
  std::vector<std::string> wanted = WordsOf(expected), said = WordsOf(answer);
  WithoutJoins(wanted);
  WithoutJoins(said);
  const auto without_article = [](std::vector<std::string>& words) {
    if (words.size() > 1 && IsArticle(words[0])) words.erase(words.begin());
  };
  without_article(wanted);
  without_article(said);
  if (!AreWords(wanted) || said.size() < wanted.size()) return false;
  const auto tail = said.end() - static_cast<std::ptrdiff_t>(wanted.size());
  if (!std::equal(wanted.begin(), wanted.end(), tail)) return false;
  if (tail == said.begin()) return true;
  auto before = tail - 1;
  while (before != said.begin() && IsArticle(*before)) --before;
  return (*before == "is" || *before == "are") && std::none_of(said.begin(), tail, Doubts);
}

}  // namespace r1::math
