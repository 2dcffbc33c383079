#include "text/jinja/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace r1::jinja {
namespace {

utf8proc_category_t Category(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }
bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// Upper cases of more than one character (Unicode's SpecialCasing.txt, those that text meets).
struct Special {
  char32_t c;
  const char *upper, *title;
};
constexpr std::array kSpecial = {Special{0xDF, "SS", "Ss"},   Special{0x149, "ʼN", "ʼN"},    Special{0x1F0, "J̌", "J̌"},
                                 Special{0x587, "ԵՒ", "Եւ"},  Special{0xFB00, "FF", "Ff"},   Special{0xFB01, "FI", "Fi"},
                                 Special{0xFB02, "FL", "Fl"}, Special{0xFB03, "FFI", "Ffi"}, Special{0xFB04, "FFL", "Ffl"},
                                 Special{0xFB05, "ST", "St"}, Special{0xFB06, "ST", "St"}};

const Special* FindSpecial(char32_t c) {
  const auto* found = std::find_if(kSpecial.begin(), kSpecial.end(), [c](const Special& s) { return s.c == c; });
  return found == kSpecial.end() ? nullptr : found;
}

}  // namespace

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

int64_t CountCodePoints(std::string_view text) {
  return static_cast<int64_t>(text.size()) - std::count_if(text.begin(), text.end(), IsContinuation);
}

size_t CodePointOffset(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index)
    for (++at; at < text.size() && IsContinuation(text[at]); ++at) {
    }
  return at;
}

char32_t CodePointAt(std::string_view text, size_t offset, size_t* size) {
  const Utf8Char c = NextUtf8Char(text.substr(offset));
  *size = static_cast<size_t>(c.num_bytes);
  return c.code_point;
}

size_t CodePointBefore(std::string_view text, size_t offset) {
  size_t at = offset - 1;
  while (at > 0 && offset - at < 4 && IsContinuation(text[at])) --at;
  return at;
}

bool IsSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}
bool IsAlpha(char32_t c) {
  const auto category = Category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}
bool IsDecimal(char32_t c) { return Category(c) == UTF8PROC_CATEGORY_ND; }
bool IsDigit(char32_t c) {
  return IsDecimal(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 || c == 0x2070 || (c >= 0x2074 && c <= 0x2079) ||
         (c >= 0x2080 && c <= 0x2089) || (c >= 0x2460 && c <= 0x2468);
}
bool IsNumeric(char32_t c) {
  const auto category = Category(c);
  return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL || category == UTF8PROC_CATEGORY_NO;
}
bool IsUpper(char32_t c) { return utf8proc_isupper(static_cast<utf8proc_int32_t>(c)) != 0; }
bool IsLower(char32_t c) { return utf8proc_islower(static_cast<utf8proc_int32_t>(c)) != 0; }
bool IsTitle(char32_t c) { return Category(c) == UTF8PROC_CATEGORY_LT; }
bool IsCased(char32_t c) { return IsUpper(c) || IsLower(c) || IsTitle(c); }
bool IsPrintable(char32_t c) {
  if (c == ' ') return true;
  const auto category = Category(c);
  return category != UTF8PROC_CATEGORY_CN && category < UTF8PROC_CATEGORY_ZS;
}
bool IsIdentifierStart(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return IsAlpha(c) || Category(c) == UTF8PROC_CATEGORY_NL;
}
bool IsIdentifierPart(char32_t c) {
  if (IsIdentifierStart(c) || (c >= '0' && c <= '9')) return true;
  if (c < 0x80) return false;
  const auto category = Category(c);
  return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
         category == UTF8PROC_CATEGORY_PC;
}
int DigitValue(char32_t c) {
  if (c < 0x80) return static_cast<int>(c) - '0';
  // Decimal digits come in runs of ten, zero first.
  char32_t zero = c;
  while (zero > 0 && c - zero < 9 && IsDecimal(zero - 1)) --zero;
  return static_cast<int>(c - zero);
}

std::string Upper(char32_t c) {
  if (const Special* special = FindSpecial(c)) return special->upper;
  return EncodeUtf8(static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
}
std::string Lower(char32_t c) {
  if (c == 0x130) return "i̇";
  return EncodeUtf8(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
}
std::string Title(char32_t c) {
  if (const Special* special = FindSpecial(c)) return special->title;
  return EncodeUtf8(static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
}

size_t LeadingSpace(std::string_view text) {
  size_t at = 0;
  for (size_t size = 0; at < text.size() && IsSpace(CodePointAt(text, at, &size)); at += size) {
  }
  return at;
}

size_t TrailingSpace(std::string_view text) {
  size_t at = text.size();
  while (at > 0) {
    size_t size = 0;
    const size_t before = CodePointBefore(text, at);
    if (!IsSpace(CodePointAt(text, before, &size))) break;
    at = before;
  }
  return text.size() - at;
}

}  // namespace r1::jinja
