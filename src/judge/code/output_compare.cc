#include "judge/code/output_compare.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/ascii.h"
#include "base/error.h"
#include "base/terminal.h"

namespace r1 {
namespace {

constexpr size_t kShownBytes = 60;

// The next word, or nothing.
std::optional<std::string_view> NextWord(std::string_view& text) {
  const size_t begin = text.find_first_not_of(kAsciiSpace);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin);
  const std::string_view word = text.substr(0, text.find_first_of(kAsciiSpace));
  text.remove_prefix(word.size());
  return word;
}

std::optional<double> Number(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool Near(std::string_view word, std::string_view expected, double tolerance) {
  const auto a = Number(word), b = Number(expected);
  return a && b && std::fabs(*a - *b) <= tolerance * std::fmax(1, std::fabs(*b));
}

// "+007.50" as "7.5": the same text for the same number, whatever its size. Nothing for what is no plain decimal number.
std::optional<std::string> PlainDecimal(std::string_view word) {
  const bool negative = word.starts_with('-');
  if (negative || word.starts_with('+')) word.remove_prefix(1);
  const size_t point = std::min(word.find('.'), word.size());
  std::string_view whole = word.substr(0, point), part = point < word.size() ? word.substr(point + 1) : "";
  constexpr std::string_view kDigits = "0123456789";
  if (whole.size() + part.size() == 0 || whole.find_first_not_of(kDigits) != whole.npos ||
      part.find_first_not_of(kDigits) != part.npos)
    return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  part = part.substr(0, part.find_last_not_of('0') + 1);
  if (whole.empty() && part.empty()) return "0";
  return StrCat(negative ? "-" : "", whole.empty() ? "0" : whole, part.empty() ? "" : ".", part);
}

bool SameDecimal(std::string_view word, std::string_view expected) {
  const auto a = PlainDecimal(word), b = PlainDecimal(expected);
  return a && b && *a == *b;
}

std::string Shown(std::string_view word) {
  return "`" + PrintableText(word.substr(0, kShownBytes), /*one_line=*/true) + (word.size() > kShownBytes ? "...`" : "`");
}

}  // namespace

std::string CompareOutput(std::string_view output, std::string_view expected, double tolerance, bool decimals) {
  for (int64_t word = 1;; ++word) {
    const auto got = NextWord(output), wanted = NextWord(expected);
    if (!got && !wanted) return "";
    if (!got) return word == 1 ? "wrote nothing" : StrCat("the output ends before word ", word);
    if (!wanted) return StrCat("word ", word, " is ", Shown(*got), ", where the output should end");
    if (*got == *wanted || (decimals && SameDecimal(*got, *wanted))) continue;
    if (tolerance > 0 && Near(*got, *wanted, tolerance)) continue;
    return StrCat("word ", word, " is ", Shown(*got), ", expected ", Shown(*wanted));
  }
}

}  // namespace r1
