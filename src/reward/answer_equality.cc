#include "reward/answer_equality.h"

#include <cstdint>
#include <numeric>
#include <optional>

#include "base/ascii.h"
#include "reward/response_parts.h"

namespace r1 {
namespace {

struct Rational {
  int64_t numerator;
  int64_t denominator;  // > 0, in lowest terms
  bool operator==(const Rational&) const = default;
};

// At most 18 decimal digits, so that int64_t holds them.
std::optional<int64_t> Digits(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<Rational> ParseRational(std::string_view text) {
  int64_t sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  std::optional<int64_t> numerator, denominator = 1;
  if (const size_t slash = text.find('/'); slash != text.npos) {
    numerator = Digits(text.substr(0, slash));
    denominator = Digits(text.substr(slash + 1));
  } else if (const size_t point = text.find('.'); point != text.npos) {
    const std::string_view fraction = text.substr(point + 1);
    const auto whole = Digits(text.substr(0, point));
    const auto part = Digits(fraction);
    if (!whole || !part || point + fraction.size() > 18) return std::nullopt;
    int64_t scale = 1;
    for (size_t i = 0; i < fraction.size(); ++i) scale *= 10;
    numerator = *whole * scale + *part;
    denominator = scale;
  } else {
    numerator = Digits(text);
  }
  if (!numerator || !denominator || *denominator == 0) return std::nullopt;
  const int64_t divisor = std::gcd(*numerator, *denominator);
  return Rational{sign * *numerator / divisor, *denominator / divisor};
}

// Equal but for spaces after commas: "3, 5, 9" is the list "3,5,9".
bool SameText(std::string_view a, std::string_view b) {
  const auto skip_spaces = [](std::string_view text, size_t& at) {
    if (at == 0 || text[at - 1] != ',') return;
    while (at < text.size() && text[at] == ' ') ++at;
  };
  size_t i = 0, j = 0;
  for (;; ++i, ++j) {
    skip_spaces(a, i);
    skip_spaces(b, j);
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i] != b[j]) return false;
  }
}

}  // namespace

bool IsNumber(std::string_view text) { return ParseRational(Trim(text)).has_value(); }

bool AnswersEqual(std::string_view answer, std::string_view expected) {
  answer = Trim(answer);
  expected = Trim(expected);
  const auto a = ParseRational(answer);
  const auto b = ParseRational(expected);
  return a && b ? *a == *b : SameText(answer, expected);
}

}  // namespace r1
