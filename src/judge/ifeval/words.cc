#include "judge/ifeval/words.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace r1 {
namespace {

std::vector<char32_t> Characters(std::string_view text) {
  std::vector<char32_t> characters;
  while (!text.empty()) {
    const Utf8Char c = NextUtf8Char(text);
    characters.push_back(c.code_point);
    text.remove_prefix(static_cast<size_t>(c.num_bytes));
  }
  return characters;
}

bool IsSpace(char32_t c) { return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A); }
bool IsUpper(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LU; }
bool IsLower(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LL; }
bool IsEnd(char32_t c) { return c == '.' || c == '!' || c == '?'; }
bool IsCloser(char32_t c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == '*' || c == '_' || c == 0x201D || c == 0x2019;
}

// The word that ends just before `end`, in small letters.
std::u32string WordBefore(const std::vector<char32_t>& text, size_t end) {
  size_t begin = end;
  while (begin > 0 && (IsWordChar(text[begin - 1]) || text[begin - 1] == '.')) --begin;
  std::u32string word(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(end));
  for (char32_t& c : word) c = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
  return word;
}

template <size_t N>
bool IsAmong(const std::u32string& word, const std::array<const char32_t*, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](const char32_t* known) { return word == known; });
}

// A point after it ends a sentence only where a word of kStarters follows. "e.g", "etc" and "no" are none to Punkt.
bool IsAbbreviation(const std::u32string& word) {
  static constexpr std::array kWords = {U"mr",  U"mrs", U"ms",   U"dr",   U"prof", U"st",   U"jr",  U"sr",   U"vs",
                                        U"inc", U"ltd", U"corp", U"co",   U"cos",  U"bros", U"col", U"gen",  U"sen",
                                        U"rep", U"maj", U"ave",  U"ft",   U"jan",  U"feb",  U"aug", U"sept", U"oct",
                                        U"nov", U"dec", U"mon",  U"tues", U"wed",  U"fri",  U"ph.d"};
  if (IsAmong(word, kWords)) return true;
  bool initials =
      word.size() >= 3 && word.size() % 2 == 1 && word != U"e.g" && word != U"i.e" && !word.ends_with(U"p.s");  // a.m, u.s.a
  for (size_t i = 0; i < word.size(); ++i) initials = initials && (i % 2 == 1 ? word[i] == '.' : word[i] >= 'a' && word[i] <= 'z');
  return initials;
}

// Words that, behind an abbreviation, begin a sentence when they have a capital: those Punkt found at the starts of many.
bool IsStarter(const std::u32string& word) {
  static constexpr std::array kStarters = {
      U"although", U"among",   U"both",  U"but",    U"despite",   U"even",     U"he",   U"however", U"i",     U"if",    U"in",
      U"indeed",   U"instead", U"it",    U"many",   U"meanwhile", U"moreover", U"most", U"nor",     U"since", U"so",    U"some",
      U"the",      U"there",   U"these", U"they",   U"this",      U"though",   U"thus", U"under",   U"when",  U"while", U"yet",
      U"yes",      U"your",    U"here",  U"please", U"finally",   U"does",     U"such", U"still",   U"then"};
  return IsAmong(word, kStarters);
}

// More words that are common enough to be no name behind an initial.
bool IsCommon(const std::u32string& word) {
  static constexpr std::array kWords = {U"a",     U"an",    U"and",  U"as",   U"at",    U"by",    U"each", U"every", U"find",
                                        U"for",   U"from",  U"give", U"her",  U"his",   U"how",   U"let",  U"my",    U"no",
                                        U"not",   U"now",   U"of",   U"on",   U"once",  U"one",   U"our",  U"she",   U"that",
                                        U"their", U"to",    U"we",   U"what", U"where", U"which", U"who",  U"why",   U"with",
                                        U"you",   U"write", U"use",  U"is",   U"are",   U"can",   U"am"};
  return IsAmong(word, kWords);
}

bool IsNumber(const std::u32string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char32_t c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// The word that begins at `begin`, in small letters.
std::u32string WordAfter(const std::vector<char32_t>& text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsWordChar(text[end])) ++end;
  return WordBefore(text, end).substr(0, end - begin);
}

// A point, or an ellipsis, and white space: does a sentence end there?
bool PointEnds(const std::vector<char32_t>& text, size_t point, bool ellipsis, size_t next) {
  const std::u32string word = WordBefore(text, point);
  const char32_t before = point > word.size() ? text[point - word.size() - 1] : ' ';  // "Ann's." and "$5." are ordinary words
  const bool whole = before != '\'' && before != 0x2019 && before != '$' && before != '-';
  const bool capital = IsUpper(text[next]);
  if (ellipsis || IsAbbreviation(word)) return capital && IsStarter(WordAfter(text, next));
  // An initial. Punkt takes c, d, ... for abbreviations as well; behind A, B, X and others a sentence may begin.
  if (whole && word.size() == 1 && !IsNumber(word)) {
    const std::u32string after = WordAfter(text, next);
    return std::u32string_view(U"cdfghklmnrstvw").find(word[0]) == std::u32string_view::npos && capital &&
           (IsStarter(after) || IsCommon(after));
  }
  if (whole && IsNumber(word)) return !IsLower(text[next]);  // "1. First" of a list too
  return true;
}

// Does a character stand between words? Points, slashes, hyphens and asterisks do not: U.S., AND/OR, **NOTE**.
bool SplitsWords(const std::vector<char32_t>& text, size_t at) {
  const char32_t c = text[at], next = at + 1 < text.size() ? text[at + 1] : ' ';
  const auto doubled = [&](char32_t mark) { return c == mark && (next == mark || (at > 0 && text[at - 1] == mark)); };
  if (c == ',' || c == ':') return next < '0' || next > '9';
  static constexpr std::u32string_view kMarks = U";@#$%&?!()[]{}<>\"\u2018\u2019\u201C\u201D\u00AB\u00BB";
  return IsSpace(c) || kMarks.find(c) != kMarks.npos || doubled('-') || doubled('.');
}

bool IsCapital(std::u32string_view word) {
  return std::any_of(word.begin(), word.end(), IsUpper) && std::none_of(word.begin(), word.end(), IsLower);
}

// A word is two where an apostrophe shortens the second: "I'm", "IT'S", "DON'T"; and so are "CANNOT" and its like.
int64_t CapitalParts(std::u32string_view word) {
  std::u32string lower(word);
  for (char32_t& c : lower) c = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
  for (const std::u32string_view ending : {U"n't", U"'s", U"'m", U"'d", U"'ll", U"'re", U"'ve"}) {
    if (word.size() <= ending.size() || !lower.ends_with(ending)) continue;
    const size_t cut = word.size() - ending.size();
    return IsCapital(word.substr(0, cut)) + IsCapital(word.substr(cut));
  }
  for (const char32_t* two : {U"cannot", U"gonna", U"gotta", U"wanna", U"gimme", U"lemme"})
    if (lower == two) return 2 * IsCapital(word);
  return IsCapital(word);
}

bool AllOfCase(std::string_view text, bool upper) {
  bool any = false;
  for (const char32_t c : Characters(text)) {
    if (upper ? IsLower(c) : IsUpper(c)) return false;
    any = any || (upper ? IsUpper(c) : IsLower(c));
  }
  return any;
}

}  // namespace

bool IsWordChar(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return c == '_';
  }
}

int64_t CountWords(std::string_view text) {
  int64_t words = 0;
  bool inside = false;
  for (const char32_t c : Characters(text)) {
    const bool part = IsWordChar(c);
    words += part && !inside;
    inside = part;
  }
  return words;
}

int64_t CountSentences(std::string_view text) {
  const std::vector<char32_t> t = Characters(text);
  int64_t sentences = 0;
  bool open = false;  // something but white space since the last end
  for (size_t i = 0; i < t.size(); ++i) {
    open = open || !IsSpace(t[i]);
    if (!IsEnd(t[i])) continue;
    size_t after = i + 1;
    while (after < t.size() && IsEnd(t[after])) ++after;
    const bool ellipsis = t[i] == '.' && after > i + 1 && t[i + 1] == '.';
    while (after < t.size() && IsCloser(t[after])) ++after;
    size_t next = after;
    while (next < t.size() && IsSpace(t[next])) ++next;
    const bool last = next == t.size();
    const bool goes_on = !last && (next == after || (t[i] == '.' && !PointEnds(t, i, ellipsis, next)));
    i = after - 1;
    if (goes_on) continue;
    sentences += 1;
    open = false;
  }
  return sentences + (open ? 1 : 0);
}

int64_t CountCapitalWords(std::string_view text) {
  const std::vector<char32_t> t = Characters(text);
  int64_t count = 0;
  for (size_t begin = 0, end = 0; begin < t.size(); begin = end + 1) {
    end = begin;
    while (end < t.size() && !SplitsWords(t, end)) ++end;
    count += CapitalParts(std::u32string_view(t.data() + begin, end - begin));
  }
  return count;
}

std::string LowerText(std::string_view text) {
  std::string lower;
  for (const char32_t c : Characters(text))
    lower += EncodeUtf8(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
  return lower;
}

bool IsAllUpper(std::string_view text) { return AllOfCase(text, true); }
bool IsAllLower(std::string_view text) { return AllOfCase(text, false); }

}  // namespace r1
