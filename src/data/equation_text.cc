#include "data/equation_text.h"

#include <algorithm>
#include <optional>

namespace r1 {
namespace {

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

bool IsSum(const Equation& e) { return e.op == '+' || e.op == '-'; }

// Adds the keys of `chain`, continued by the equations from `next` on for as long as each takes up the value before.
void FollowChain(const std::vector<Equation>& equations, Chain chain, int64_t value, size_t next, std::vector<std::string>& keys) {
  if (chain.NumOperations() >= 2) keys.push_back(chain.Key());
  while (next < equations.size()) {
    const Equation& e = equations[next];
    const Equation* after = next + 1 < equations.size() ? &equations[next + 1] : nullptr;
    const bool product_aside =
        e.op == '*' && e.b > 1 && after != nullptr && IsSum(*after) && after->a == value && after->b == e.result;
    if (product_aside) {
      chain.terms.push_back({after->op, e.a, e.b});
      value = after->result;
      next += 2;
    } else if (e.a == value || (e.op == '+' && e.b == value)) {
      chain.terms.push_back({e.op, e.a == value ? e.b : e.a});
      value = e.result;
      next += 1;
    } else {
      return;
    }
    if (chain.NumOperations() >= 2) keys.push_back(chain.Key());
  }
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

std::vector<std::string> WorkedKeys(const std::vector<Equation>& equations) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < equations.size(); ++i) {
    const Equation& e = equations[i];
    FollowChain(equations, Chain{{{'+', e.a}, {e.op, e.b}}}, e.result, i + 1, keys);
    if (e.op != '*' || e.b <= 1) continue;
    // A product may also be the first summand, or belong to a sum that comes next.
    FollowChain(equations, Chain{{{'+', e.a, e.b}}}, e.result, i + 1, keys);
    if (i + 1 == equations.size()) continue;
    const Equation& sum = equations[i + 1];
    if (IsSum(sum) && sum.b == e.result) {
      FollowChain(equations, Chain{{{'+', sum.a}, {sum.op, e.a, e.b}}}, sum.result, i + 2, keys);
    }
  }
  return keys;
}

}  // namespace r1
