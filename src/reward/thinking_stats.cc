#include "reward/thinking_stats.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "reward/response_parts.h"

namespace r1 {
namespace {

// The ten words that DeepSeek-R1 counts (v2, C.2), and the ones of our own corpus.
constexpr std::string_view kReflective[] = {"wait",   "mistake", "however",  "but",    "retry", "error",
                                            "verify", "wrong",   "evaluate", "check",  "again", "attends",
                                            "preuve", "regarde", "faux",     "encore", "pardon"};
constexpr std::string_view kVerdicts[] = {"small", "big", "petit", "grand", "no", "non", "there", "absent"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsOperator(char c) { return c == '+' || c == '-' || c == '*' || c == '/'; }

// At most nine digits: no product of two overflows, and longer digit strings are no working.
std::optional<int64_t> ReadInteger(std::string_view text, size_t& at) {
  const size_t begin = at;
  int64_t value = 0;
  while (at < text.size() && IsDigit(text[at])) {
    if (at - begin >= 9) return std::nullopt;
    value = value * 10 + (text[at++] - '0');
  }
  if (at == begin) return std::nullopt;
  return value;
}

// Value of a op b op c ... with products first; nothing if a division is not exact.
struct Expression {
  std::vector<int64_t> numbers;
  std::string ops;

  std::optional<int64_t> Value(size_t count) const {
    int64_t sum = 0;
    int64_t product = numbers[0];
    int64_t sign = 1;
    for (size_t i = 1; i < count; ++i) {
      const char op = ops[i - 1];
      if (op == '*') {
        if (__builtin_mul_overflow(product, numbers[i], &product)) return std::nullopt;
      } else if (op == '/') {
        if (numbers[i] == 0 || product % numbers[i] != 0) return std::nullopt;
        product /= numbers[i];
      } else {
        if (__builtin_add_overflow(sum, sign * product, &sum)) return std::nullopt;
        sign = op == '+' ? 1 : -1;
        product = numbers[i];
      }
    }
    if (__builtin_add_overflow(sum, sign * product, &sum)) return std::nullopt;
    return sum;
  }
};

bool Undoes(const Equation& later, const Equation& earlier) {
  const bool inverse = (earlier.op == '+' && later.op == '-') || (earlier.op == '-' && later.op == '+') ||
                       (earlier.op == '*' && later.op == '/') || (earlier.op == '/' && later.op == '*');
  if (inverse) return later.a == earlier.result && (later.b == earlier.b || later.b == earlier.a);
  return later.op == '*' && earlier.op == '*' && later.a == earlier.b && later.b == earlier.a;
}

}  // namespace

std::vector<FoundEquation> FindEquations(std::string_view text) {
  std::vector<FoundEquation> found;
  for (size_t i = 0; i < text.size();) {
    if (!IsDigit(text[i])) {
      ++i;
      continue;
    }
    size_t at = i;
    Expression expression;
    bool is_equation = false;
    int64_t result = 0;
    while (const auto number = ReadInteger(text, at)) {
      expression.numbers.push_back(*number);
      if (at < text.size() && IsOperator(text[at])) {
        expression.ops += text[at++];
        continue;
      }
      if (at < text.size() && text[at] == '=' && !expression.ops.empty()) {
        const bool negative = ++at < text.size() && text[at] == '-';
        if (negative) ++at;
        if (const auto value = ReadInteger(text, at)) {
          result = negative ? -*value : *value;
          is_equation = true;
        }
      }
      break;
    }
    if (is_equation) {
      const size_t count = expression.numbers.size();
      FoundEquation hit;
      hit.end = at;
      hit.equation = {expression.Value(count - 1).value_or(0), expression.ops.back(), expression.numbers.back(), result};
      hit.right = expression.Value(count) == result;
      found.push_back(hit);
    }
    while (at < text.size() && IsDigit(text[at])) ++at;  // the rest of a number that was too long
    i = std::max(at, i + 1);
  }
  return found;
}

ThinkingStats CountThinking(std::string_view completion_text) {
  const std::string_view thinking = ThinkingOf(completion_text);
  ThinkingStats stats;
  stats.languages = CountLanguages(thinking);
  std::vector<Equation> earlier;
  for (const FoundEquation& found : FindEquations(thinking)) {
    stats.equations += 1;
    stats.right_equations += found.right;
    if (found.end < thinking.size() && (thinking[found.end] == '<' || thinking[found.end] == '>')) stats.trials += 1;
    const Equation& e = found.equation;
    // Undoing counts only within three equations: a chain may come back to old numbers by chance.
    const size_t near = earlier.size() > 3 ? earlier.size() - 3 : 0;
    bool rechecks = false, corrects = false;
    for (size_t i = 0; i < earlier.size(); ++i) {
      const bool same_left = earlier[i].a == e.a && earlier[i].op == e.op && earlier[i].b == e.b;
      rechecks = rechecks || (same_left && earlier[i].result == e.result) || (i >= near && Undoes(e, earlier[i]));
      corrects = corrects || (same_left && earlier[i].result != e.result);
    }
    stats.rechecks += rechecks && !corrects;
    stats.corrections += corrects;
    earlier.push_back(e);
  }
  std::string word;
  for (size_t i = 0; i <= thinking.size(); ++i) {
    const char c = i < thinking.size() ? thinking[i] : ' ';
    if ((c | 32) >= 'a' && (c | 32) <= 'z') {
      word += static_cast<char>(c | 32);
      continue;
    }
    stats.reflective_words += std::find(std::begin(kReflective), std::end(kReflective), word) != std::end(kReflective);
    stats.trials += std::find(std::begin(kVerdicts), std::end(kVerdicts), word) != std::end(kVerdicts);
    word.clear();
  }
  return stats;
}

}  // namespace r1
