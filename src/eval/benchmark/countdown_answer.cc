#include <algorithm>
#include <numeric>

#include "base/ascii.h"
#include "base/error.h"
#include "eval/benchmark/answers.h"

namespace r1 {
namespace {

using Wide = __int128;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Recursive descent over + - * / and brackets. The text has at most kMostBytes, which bounds the depth too.
class EquationParser {
 public:
  EquationParser(std::string_view text, std::vector<int64_t>& numbers, std::string& error)
      : text_(text), numbers_(numbers), error_(error) {}

  std::optional<Rational64> Parse() {
    const auto value = Sum();
    if (value && at_ < text_.size()) return Fault(StrCat("cannot read `", text_.substr(at_, 20), "`"));
    return value;
  }

 private:
  std::optional<Rational64> Fault(std::string what) {
    if (error_.empty()) error_ = std::move(what);
    return std::nullopt;
  }
  char Next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::optional<Rational64> Make(Wide numerator, Wide denominator) {
    if (denominator == 0) return Fault("division by 0");
    Wide a = numerator < 0 ? -numerator : numerator, b = denominator < 0 ? -denominator : denominator;
    while (b != 0) std::swap(a %= b, b);
    if (denominator < 0) a = -a;
    if (a != 0) numerator /= a, denominator /= a;
    constexpr Wide kMost = 1'000'000'000'000'000'000;
    if (numerator > kMost || numerator < -kMost || denominator > kMost) return Fault("a number is too large");
    return Rational64{static_cast<int64_t>(numerator), static_cast<int64_t>(denominator)};
  }
  std::optional<Rational64> Sum() {
    auto left = Product();
    for (char op = Next(); left && (op == '+' || op == '-'); op = Next()) {
      ++at_;
      const auto right = Product();
      if (!right) return std::nullopt;
      const Wide sign = op == '+' ? 1 : -1;
      left = Make(Wide{left->numerator} * right->denominator + sign * right->numerator * left->denominator,
                  Wide{left->denominator} * right->denominator);
    }
    return left;
  }
  std::optional<Rational64> Product() {
    auto left = Atom();
    for (char op = Next(); left && (op == '*' || op == '/'); op = Next()) {
      ++at_;
      const auto right = Atom();
      if (!right) return std::nullopt;
      left = op == '*' ? Make(Wide{left->numerator} * right->numerator, Wide{left->denominator} * right->denominator)
                       : Make(Wide{left->numerator} * right->denominator, Wide{left->denominator} * right->numerator);
    }
    return left;
  }
  std::optional<Rational64> Atom() {
    const char c = Next();
    if (c == '(') {
      ++at_;
      const auto inside = Sum();
      if (!inside) return std::nullopt;
      if (Next() != ')') return Fault("a bracket is not closed");
      ++at_;
      return inside;
    }
    if (c == '-' && depth_ < 8) {
      ++at_, ++depth_;
      const auto inside = Atom();
      --depth_;
      return inside ? std::optional(Rational64{-inside->numerator, inside->denominator}) : std::nullopt;
    }
    if (!IsDigit(c)) return Fault(c == '\0' ? "the equation ends too early" : StrCat("cannot read `", text_.substr(at_, 20), "`"));
    int64_t value = 0;
    size_t digits = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++digits) {
      if (digits == 17) return Fault("a number is too large");
      value = 10 * value + (text_[at_] - '0');
    }
    numbers_.push_back(value);
    return Rational64{value, 1};
  }

  std::string_view text_;
  std::vector<int64_t>& numbers_;
  std::string& error_;
  size_t at_ = 0;
  int depth_ = 0;  // of signs in a row
};

// The length of what is part of a calculation at the start of `text`; 0: nothing is.
size_t CalculationPiece(std::string_view text) {
  if (std::string_view("0123456789 +-*/()=").find(text[0]) != std::string_view::npos) return 1;
  for (const std::string_view piece :
       {"\xC3\x97", "\xC3\xB7", "\xE2\x88\x92", "\xC2\xB7", "\xE2\x8B\x85", "\\times", "\\cdot", "\\div"})
    if (text.starts_with(piece)) return piece.size();
  return 0;
}

int CountNumbers(std::string_view text) {
  int numbers = 0;
  for (size_t i = 0; i < text.size(); ++i) numbers += IsDigit(text[i]) && (i == 0 || !IsDigit(text[i - 1]));
  return numbers;
}

// The side of an equation with the most numbers, of equal ones the first: not the target.
std::string_view LongestSide(std::string_view equation) {
  std::string_view longest;
  int most = -1;
  while (true) {
    const size_t end = std::min(equation.find('='), equation.size());
    const int numbers = CountNumbers(equation.substr(0, end));
    if (numbers > most) longest = equation.substr(0, end), most = numbers;
    if (end == equation.size()) return longest;
    equation.remove_prefix(end + 1);
  }
}

void Replace(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
}

}  // namespace

std::optional<Rational64> EvaluateEquation(std::string_view given, std::vector<int64_t>& numbers, std::string& error) {
  constexpr size_t kMostBytes = 500;
  given = Trim(given);
  if (given.size() > kMostBytes) return error = "the equation is too long", std::nullopt;
  std::string text(given);
  static constexpr std::pair<const char*, const char*> kSpellings[] = {{"\\times", "*"},
                                                                       {"\\cdot", "*"},
                                                                       {"\\div", "/"},
                                                                       {"\\left", ""},
                                                                       {"\\right", ""},
                                                                       {"\xC3\x97", "*"},
                                                                       {"\xC3\xB7", "/"},
                                                                       {"\xE2\x88\x92", "-"},
                                                                       {"\xC2\xB7", "*"},
                                                                       {"\xE2\x8B\x85", "*"},
                                                                       {"\\dfrac", "\\frac"},
                                                                       {"\\frac{", "(("},
                                                                       {"}{", ")/("},
                                                                       {"}", "))"},
                                                                       {"[", "("},
                                                                       {"]", ")"},
                                                                       {"\\(", ""},
                                                                       {"\\)", ""},
                                                                       {"$", ""},
                                                                       {"\n", " "},
                                                                       {"\t", " "}};
  for (const auto& [from, to] : kSpellings) Replace(text, from, to);
  return EquationParser(LongestSide(text), numbers, error).Parse();
}

std::string_view LastCalculation(std::string_view text) {
  std::string_view last;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    for (size_t length; end < text.size() && (length = CalculationPiece(text.substr(end))) > 0;) end += length;
    const std::string_view run = Trim(text.substr(begin, end - begin));
    if (CountNumbers(LongestSide(run)) >= 2) last = run;
    begin = end + 1;
  }
  return last;
}

std::string CountdownFault(std::string_view equation, std::vector<int64_t> numbers, int64_t target) {
  std::vector<int64_t> used;
  std::string error;
  const auto value = EvaluateEquation(equation, used, error);
  if (!value) return error;
  std::sort(used.begin(), used.end());
  std::sort(numbers.begin(), numbers.end());
  if (used != numbers) return "does not use each number once";
  if (*value == Rational64{target, 1}) return "";
  return StrCat("gives ", value->numerator, value->denominator == 1 ? "" : StrCat("/", value->denominator), ", not ", target);
}

}  // namespace r1
