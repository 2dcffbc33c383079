// A chain of small-number arithmetic: what a word problem or "Compute 12-2*3+8?" is about, with the equations that solve it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace r1 {

// One line of working: a op b = result, with op one of + - * /.
struct Equation {
  int64_t a = 0;
  char op = '+';
  int64_t b = 0;
  int64_t result = 0;
  bool operator==(const Equation&) const = default;
};
std::string EquationText(const Equation& equation);  // "17-8=9"
int64_t Apply(int64_t a, char op, int64_t b);        // '/' must divide exactly
Equation Solve(int64_t a, char op, int64_t b);

// One step of a chain. '+' and '-' take a number a, or a product a*b when b > 1; '*' and '/' act on the whole value so far.
struct Term {
  char op = '+';
  int64_t a = 0;
  int64_t b = 1;
};

// terms[0] has op '+': the number (or product) the chain starts with.
struct Chain {
  std::vector<Term> terms;

  int64_t Value() const;
  // The value after each term, and the equations in the order one would write them.
  std::vector<int64_t> PartialValues() const;
  std::vector<Equation> Equations() const;
  int64_t NumOperations() const;
  // True if every partial value and product lies in [0, max_value] and every division is exact.
  bool IsWithin(int64_t max_value) const;
  // "17-2*7+20". Only for chains without '*' or '/' on the whole value.
  std::string Expression() const;
  // The canonical form that decides the split: summands sorted, factors sorted ("20+17-7*2" and "17-2*7+20" are one problem).
  std::string Key() const;
};

}  // namespace r1
