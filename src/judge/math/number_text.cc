#include "judge/math/number_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

size_t NumDigits(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && IsDigit(text[n])) ++n;
  return n;
}

size_t NumSpaces(std::string_view text) { return std::min(text.find_first_not_of(' '), text.size()); }

// The length of what separates thousands at the start of `text`, 0 if nothing does. LaTeX's separators cannot mean anything else.
size_t Separator(std::string_view text, bool bare_commas, bool& bare) {
  bare = false;
  for (const std::string_view separator : {"{,}", "\\,", "\\ ", ",\\!", "\\!,", "{\\,}", "\\;"})
    if (text.starts_with(separator)) return separator.size() + NumSpaces(text.substr(separator.size()));
  if (text.starts_with(" ")) return 1;
  if (bare_commas && text.starts_with(",")) {
    bare = true;
    return 1;
  }
  return 0;
}

// "1,234,567": groups of three digits after one to three.
size_t ReadGroups(std::string_view text, bool bare_commas, std::string& digits, bool& grouped) {
  size_t at = NumDigits(text);
  digits = text.substr(0, at);
  if (at == 0 || at > 3 || (at > 1 && text[0] == '0')) return at;
  std::optional<std::string_view> first;
  std::string all = digits;
  bool is_bare = false;
  size_t end = at;
  while (true) {
    bool bare;
    const size_t length = Separator(text.substr(end), bare_commas, bare);
    if (length == 0) break;
    const std::string_view separator = text.substr(end, length);
    const std::string_view group = text.substr(end + length);
    if (NumDigits(group) != 3) {
      if (bare && is_bare && NumDigits(group) > 0) return at;  // 1,234,5 is a list from its first comma on
      break;
    }
    if (first && Trim(*first) != Trim(separator)) break;
    first = separator;
    is_bare = is_bare || bare;
    all += group.substr(0, 3);
    end += length + 3;
  }
  if (!first || text[0] == '0') return at;
  digits = all;
  grouped = is_bare;
  return end;
}

// "1.000.000": a second point shows that points group.
size_t ReadPointGroups(std::string_view text, std::string& digits) {
  size_t at = NumDigits(text), groups = 0;
  if (at == 0 || at > 3 || text[0] == '0') return 0;
  std::string all(text.substr(0, at));
  while (at < text.size() && text[at] == '.' && NumDigits(text.substr(at + 1)) == 3) {
    all += text.substr(at + 1, 3);
    at += 4;
    ++groups;
  }
  if (groups < 2) return 0;
  digits = all;
  return at;
}

}  // namespace

std::optional<NumberText> ReadNumber(std::string_view text, bool bare_commas) {
  NumberText number;
  size_t at = ReadPointGroups(text, number.digits);
  if (at == 0) {
    at = ReadGroups(text, bare_commas, number.digits, number.grouped);
    const size_t whole = at;
    const std::string_view rest = text.substr(at);
    const std::string_view fraction = rest.substr(std::min<size_t>(1, rest.size()));
    const size_t places = NumDigits(fraction);
    if (rest.starts_with('.') && (places > 0 || (whole > 0 && (fraction.starts_with("\\overline") ||
                                                               fraction.starts_with("\\bar") || fraction.starts_with("\\dot{"))))) {
      number.digits = (whole == 0 ? "0" : number.digits) + (places > 0 ? "." : "") + std::string(fraction.substr(0, places));
      at += 1 + places;
      if (places == 0) number.digits += ".";
    } else if (whole == 0) {
      return std::nullopt;
    } else if (bare_commas && rest.starts_with(',') && !number.grouped && !fraction.substr(places).starts_with(',') &&
               ((whole >= 4 && (places == 1 || places == 2)) || (text.substr(0, whole) == "0" && places >= 3))) {
      number.digits += "." + std::string(fraction.substr(0, places));
      at += 1 + places;
    }
  }
  // 3e8: the letter, an optional sign, digits, and then no letter.
  if (at + 1 < text.size() && (text[at] == 'e' || text[at] == 'E') && number.digits.back() != '.') {
    const size_t sign = text[at + 1] == '-' || text[at + 1] == '+' ? 1 : 0;
    const size_t places = NumDigits(text.substr(at + 1 + sign));
    const size_t end = at + 1 + sign + places;
    if (places > 0 && (end == text.size() || !IsLetter(text[end]))) {
      number.digits += "e" + std::string(text.substr(at + 1, sign + places));
      at = end;
    }
  }
  number.num_bytes = at;
  return number;
}

}  // namespace r1::math
