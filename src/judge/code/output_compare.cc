#include "judge/code/output_compare.h"

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

std::string Shown(std::string_view word) {
  return "`" + PrintableText(word.substr(0, kShownBytes), /*one_line=*/true) + (word.size() > kShownBytes ? "...`" : "`");
}

}  // namespace

std::string CompareOutput(std::string_view output, std::string_view expected, double tolerance) {
  for (int64_t word = 1;; ++word) {
    const auto got = NextWord(output), wanted = NextWord(expected);
    if (!got && !wanted) return "";
    if (!got) return word == 1 ? "wrote nothing" : StrCat("the output ends before word ", word);
    if (!wanted) return StrCat("word ", word, " is ", Shown(*got), ", where the output should end");
    if (*got == *wanted || (tolerance > 0 && Near(*got, *wanted, tolerance))) continue;
    return StrCat("word ", word, " is ", Shown(*got), ", expected ", Shown(*wanted));
  }
}

}  // namespace r1
