#include "text/jinja/number_format.h"

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "text/jinja/printing.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

std::string Digits(uint64_t value, unsigned base, bool upper) {
  const char* const names = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string digits;
  do {
    digits += names[value % base];
    value /= base;
  } while (value > 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string Group(const std::string& digits, size_t every, char separator) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % every == 0) out += separator;
    out += digits[i];
  }
  return out;
}

// Magnitude of a float, without a sign.
std::string RealDigits(double value, const NumberLayout& layout) {
  const bool upper = layout.type >= 'A' && layout.type <= 'Z';
  if (!std::isfinite(value)) return std::isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
  if (layout.type == 0 && layout.precision < 0) return FormatFloat(value);
  char type = layout.type;
  int precision = layout.precision < 0 ? 6 : layout.precision;
  if (type == '%') type = 'f', value *= 100;
  if (type == 'n' || type == 0) type = 'g';
  const char format[] = {'%',
                         layout.alternate ? '#' : '.',
                         layout.alternate ? '.' : '*',
                         layout.alternate ? '*' : type,
                         layout.alternate ? type : '\0',
                         '\0'};
  const int size = std::snprintf(nullptr, 0, format, precision, value);
  std::string text(static_cast<size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), format, precision, value);
  text.pop_back();
  // "{:.3}" of a whole number keeps one decimal.
  if (layout.type == 0 && text.find_first_of(".e") == std::string::npos) text += ".0";
  if (layout.type == '%') text += '%';
  return text;
}

}  // namespace

std::string FormatNumber(const Value& number, const NumberLayout& layout) {
  bool negative = false;
  std::string prefix, digits;
  const bool real_type = layout.type != 0 && std::string_view("eEfFgG%").find(layout.type) != std::string_view::npos;
  if (number.kind() == Kind::kBigInt) {
    digits = number.big().digits;
    negative = digits.front() == '-';
    if (negative) digits.erase(0, 1);
  } else if (number.is_integer() && !real_type) {
    const int64_t value = number.integer();
    if (layout.type == 'c')
      return std::string(Pad(MarkedText(EncodeUtf8(static_cast<char32_t>(value))), layout.width, layout.align).bytes());
    negative = value < 0;
    const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    const unsigned base = layout.type == 'x' || layout.type == 'X' ? 16 : layout.type == 'o' ? 8 : layout.type == 'b' ? 2 : 10;
    digits = Digits(magnitude, base, layout.type == 'X');
    if (layout.precision > static_cast<int>(digits.size()))
      digits.insert(0, static_cast<size_t>(layout.precision) - digits.size(), '0');
    if (layout.alternate && base != 10) prefix = StrCat("0", layout.type);
    if (layout.grouping != 0) digits = Group(digits, base == 10 ? 3 : 4, layout.grouping);
  } else {
    const double value = number.real();
    negative = std::signbit(value) && !std::isnan(value);
    digits = RealDigits(std::fabs(value), layout);
    if (layout.grouping != 0) {
      const size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
      digits = Group(digits.substr(0, whole), 3, layout.grouping) + digits.substr(whole);
    }
  }
  const std::string sign = negative ? "-" : layout.sign == '-' ? "" : std::string(1, layout.sign);
  const size_t size = sign.size() + prefix.size() + digits.size(), width = static_cast<size_t>(std::max(layout.width, 0));
  if (layout.align == '=' && size < width) return sign + prefix + std::string(width - size, layout.fill) + digits;
  return Pad(MarkedText(sign + prefix + digits), layout.width, layout.align, std::string_view(&layout.fill, 1)).bytes();
}

MarkedText Pad(const MarkedText& text, int64_t width, char align, std::string_view fill) {
  const int64_t missing = width - CountCodePoints(text.view());
  if (missing <= 0) return text;
  const int64_t left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  MarkedText out;
  for (int64_t i = 0; i < left; ++i) out.Append(fill);
  out.Append(text);
  for (int64_t i = left; i < missing; ++i) out.Append(fill);
  return out;
}

}  // namespace r1::jinja
