#include "data/chain.h"

#include <algorithm>

#include "base/check.h"
#include "base/error.h"
#include "data/split.h"

namespace r1 {

std::string EquationText(const Equation& e) {
  return std::to_string(e.a) + e.op + std::to_string(e.b) + '=' + std::to_string(e.result);
}

int64_t Apply(int64_t a, char op, int64_t b) {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    default: CHECK(op == '/' && b != 0 && a % b == 0); return a / b;
  }
}

Equation Solve(int64_t a, char op, int64_t b) { return {a, op, b, Apply(a, op, b)}; }

namespace {

bool IsWhole(const Term& term) { return term.op == '*' || term.op == '/'; }

std::string TermText(const Term& term, bool sorted_factors) {
  if (term.b <= 1) return std::to_string(term.a);
  const auto [lo, hi] = std::minmax(term.a, term.b);
  return sorted_factors ? StrCat(lo, '*', hi) : StrCat(term.a, '*', term.b);
}

}  // namespace

std::vector<int64_t> Chain::PartialValues() const {
  std::vector<int64_t> values;
  int64_t value = 0;
  for (const Term& term : terms) values.push_back(value = Apply(value, term.op, term.a * term.b));
  return values;
}

int64_t Chain::Value() const { return PartialValues().back(); }

std::vector<Equation> Chain::Equations() const {
  std::vector<Equation> equations;
  int64_t value = 0;
  for (size_t i = 0; i < terms.size(); ++i) {
    const Term& term = terms[i];
    if (term.b > 1) equations.push_back(Solve(term.a, '*', term.b));
    if (i > 0) equations.push_back(Solve(value, term.op, term.a * term.b));
    value = Apply(value, term.op, term.a * term.b);
  }
  return equations;
}

int64_t Chain::NumOperations() const {
  int64_t count = static_cast<int64_t>(terms.size()) - 1;
  for (const Term& term : terms) count += term.b > 1;
  return count;
}

bool Chain::IsWithin(int64_t max_value) const {
  int64_t value = 0;
  for (const Term& term : terms) {
    const int64_t operand = term.a * term.b;
    if (operand < 0 || operand > max_value) return false;
    if (term.op == '/' && (operand == 0 || value % operand != 0)) return false;
    value = Apply(value, term.op, operand);
    if (value < 0 || value > max_value) return false;
  }
  return true;
}

std::string Chain::Expression() const {
  std::string text;
  for (size_t i = 0; i < terms.size(); ++i) {
    CHECK(!IsWhole(terms[i]));
    if (i > 0) text += terms[i].op;
    text += TermText(terms[i], false);
  }
  return text;
}

std::string Chain::Key() const {
  bool one_digit = NumOperations() <= 2;
  std::string key;
  std::vector<std::string> sum;  // signed summands since the last whole-value operation
  const auto flush = [&] {
    std::sort(sum.begin(), sum.end());
    for (const std::string& summand : sum) key += summand;
    sum.clear();
  };
  for (const Term& term : terms) {
    one_digit = one_digit && term.a <= 9 && term.b <= 9;
    if (IsWhole(term)) {
      flush();
      key += StrCat('(', term.op, term.a, ')');
    } else {
      sum.push_back(term.op + TermText(term, true));
    }
  }
  flush();
  return one_digit ? std::string(kTableKey) + key : key;
}

}  // namespace r1
