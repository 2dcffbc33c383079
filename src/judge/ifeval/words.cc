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

// A point after it ends no sentence.
bool IsAbbreviation(const std::u32string& word) {
  static constexpr std::array kWords = {U"mr",  U"mrs", U"ms",   U"dr", U"prof", U"st",   U"jr",  U"sr",  U"vs", U"e.g", U"i.e",
                                        U"inc", U"ltd", U"corp", U"co", U"etc",  U"dept", U"gen", U"col", U"no", U"fig", U"u.s"};
  if (word.size() == 1 && word[0] >= 'a' && word[0] <= 'z' && word[0] != 'i') return true;  // an initial
  return std::any_of(kWords.begin(), kWords.end(), [&](const char32_t* known) { return word == known; });
}

// "12" at the start of a line: the number of a list item.
bool IsListNumber(const std::vector<char32_t>& text, size_t end) {
  size_t begin = end;
  while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
  if (begin == end) return false;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '*' || text[begin - 1] == '-')) --begin;
  return begin == 0 || text[begin - 1] == '\n';
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
    const bool one_point = t[i] == '.' && after == i + 1;
    while (after < t.size() && IsCloser(t[after])) ++after;
    size_t next = after;
    while (next < t.size() && IsSpace(t[next])) ++next;
    const bool last = next == t.size();
    const bool goes_on = !last && (next == after || (t[i] == '.' && IsLower(t[next])) ||
                                   (one_point && (IsAbbreviation(WordBefore(t, i)) || IsListNumber(t, i))));
    i = after - 1;
    if (goes_on) continue;
    sentences += 1;
    open = false;
  }
  return sentences + (open ? 1 : 0);
}

int64_t CountCapitalWords(std::string_view text) {
  int64_t count = 0;
  bool letter = false, small = false;
  const auto end_word = [&] {
    count += letter && !small;
    letter = small = false;
  };
  for (const char32_t c : Characters(text)) {
    if (IsWordChar(c) || c == '\'' || c == '-' || c == 0x2019) {
      letter = letter || IsUpper(c);
      small = small || IsLower(c);
    } else {
      end_word();
    }
  }
  end_word();
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
