// keywords:*, change_case:*, language:* and punctuation:*.
#include "base/utf8.h"
#include "judge/ifeval/checks.h"
#include "judge/ifeval/words.h"
#include "judge/language/detect_language.h"

namespace r1 {
namespace {

int64_t CountOccurrences(const std::string& text, const std::string& word) {
  if (word.empty()) return 0;
  int64_t count = 0;
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) ++count;
  return count;
}

// Whether a character of a word ends at `at` (before) or begins there (after).
bool WordCharBefore(const std::string& text, size_t at) {
  if (at == 0) return false;
  size_t begin = at - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return IsWordChar(NextUtf8Char(std::string_view(text).substr(begin)).code_point);
}
bool WordCharAt(const std::string& text, size_t at) {
  return at < text.size() && IsWordChar(NextUtf8Char(std::string_view(text).substr(at)).code_point);
}

bool HasWord(const std::string& text, const std::string& word) {
  if (word.empty()) return false;
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    if (!WordCharBefore(text, at) && !WordCharAt(text, at + word.size())) return true;
  }
  return false;
}

// Parts of words count: "story" is in "stories" no, in "storytelling" yes.
bool Existence(std::string_view response, const IfevalArguments& a) {
  const std::string text = LowerText(response);
  for (const std::string& word : a.words) {
    if (text.find(LowerText(word)) == text.npos) return false;
  }
  return true;
}

bool Frequency(std::string_view response, const IfevalArguments& a) {
  return HoldsRelation(a.relation, CountOccurrences(LowerText(response), LowerText(a.text)), a.count);
}

// Whole words only.
bool ForbiddenWords(std::string_view response, const IfevalArguments& a) {
  const std::string text = LowerText(response);
  for (const std::string& word : a.words) {
    if (HasWord(text, LowerText(word))) return false;
  }
  return true;
}

// No language is no wrong language: what cannot be told passes, as in IFEval.
bool IsLanguage(std::string_view response, std::string_view language) {
  const DetectedLanguage found = DetectLanguage(response);
  if (found.language.empty()) return true;
  return found.language == language.substr(0, language.find('-'));
}

constexpr IfevalCheck kChecks[] = {
    {.id = "keywords:existence", .follows = Existence, .words = "keywords"},
    {.id = "keywords:frequency", .follows = Frequency, .relation = "relation", .count = "frequency", .text = "keyword"},
    {.id = "keywords:forbidden_words", .follows = ForbiddenWords, .words = "forbidden_words"},
    {.id = "keywords:letter_frequency",
     .follows = Frequency,  // a letter is a keyword of one character
     .relation = "let_relation",
     .count = "let_frequency",
     .text = "letter"},
    {.id = "language:response_language",
     .follows = [](std::string_view response, const IfevalArguments& a) { return IsLanguage(response, a.text); },
     .text = "language"},
    {.id = "change_case:english_capital",
     .follows = [](std::string_view response,
                   const IfevalArguments&) { return IsAllUpper(response) && IsLanguage(LowerText(response), "en"); }},
    {.id = "change_case:english_lowercase",
     .follows = [](std::string_view response,
                   const IfevalArguments&) { return IsAllLower(response) && IsLanguage(response, "en"); }},
    {.id = "change_case:capital_word_frequency",
     .follows = [](std::string_view response,
                   const IfevalArguments& a) { return HoldsRelation(a.relation, CountCapitalWords(response), a.count); },
     .relation = "capital_relation",
     .count = "capital_frequency"},
    {.id = "punctuation:no_comma",
     .follows = [](std::string_view response, const IfevalArguments&) { return response.find(',') == response.npos; }},
};

}  // namespace

std::span<const IfevalCheck> KeywordChecks() { return kChecks; }

bool HoldsRelation(std::string_view relation, int64_t found, int64_t wanted) {
  return relation == "less than" ? found < wanted : found >= wanted;
}

std::vector<std::string_view> SplitAt(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> pieces;
  for (size_t at; (at = text.find(separator)) != text.npos; text.remove_prefix(at + separator.size()))
    pieces.push_back(text.substr(0, at));
  pieces.push_back(text);
  return pieces;
}

}  // namespace r1
