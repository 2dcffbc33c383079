// missing: one number of a chain is x and the result is known. Difficulty is the number of operators. Two ways to solve it: undo
// the operations from the result, or try values of x; both can be checked by putting x back.
#include <algorithm>

#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

// The chain's text with the first factor of the hidden term written as x.
std::string HiddenText(const Chain& chain, size_t hidden) {
  std::string text;
  for (size_t i = 0; i < chain.terms.size(); ++i) {
    Chain term{{chain.terms[i]}};
    if (i > 0) text += chain.terms[i].op;
    const int64_t factor = chain.terms[i].b;
    text += i != hidden ? term.Expression() : factor > 1 ? std::to_string(factor) + "*x" : "x";
  }
  return text;
}

// From the result back: undo what comes after x, then set aside what comes before it, then divide.
Solution WorkBackwards(const Chain& chain, size_t hidden) {
  Solution solution;
  const auto add = [&](Equation e) {
    solution.steps.push_back({e});
    return e.result;
  };
  int64_t before = 0;  // value of the terms before x
  for (size_t i = 0; i < hidden; ++i) {
    const Term& t = chain.terms[i];
    const int64_t operand = t.b > 1 ? add(Solve(t.a, '*', t.b)) : t.a;
    before = i == 0 ? operand : add(Solve(before, t.op, operand));
  }
  int64_t after = chain.Value();
  for (size_t i = chain.terms.size() - 1; i > hidden; --i) {
    const Term& t = chain.terms[i];
    const int64_t operand = t.b > 1 ? add(Solve(t.a, '*', t.b)) : t.a;
    after = add(Solve(after, t.op == '+' ? '-' : '+', operand));
  }
  const Term& x = chain.terms[hidden];
  int64_t value = after;
  if (hidden > 0) value = x.op == '+' ? add(Solve(after, '-', before)) : add(Solve(before, '-', after));
  if (x.b > 1) add(Solve(value, '/', x.b));
  return solution;
}

// Tries values from `first` towards the answer, one at a time.
Solution TryValues(const Chain& chain, size_t hidden, int64_t first) {
  Solution solution;
  const int64_t answer = chain.terms[hidden].a;
  const int64_t target = chain.Value();
  for (int64_t x = first;; x += first < answer ? 1 : -1) {
    Chain trial = chain;
    trial.terms[hidden].a = x;
    solution.steps.push_back({.role = StepRole::kGuess, .digit = x});
    for (const Equation& e : trial.Equations()) solution.steps.push_back({e, StepRole::kPart});
    const int64_t value = trial.Value();
    Step& last = solution.steps.back();
    last.role = value < target ? StepRole::kTooSmall : value > target ? StepRole::kTooBig : StepRole::kHit;
    last.target = target;
    if (x == answer) return solution;
  }
}

}  // namespace

std::optional<Problem> DrawMissing(Rng& rng, int64_t difficulty, int64_t max_value) {
  static constexpr const char* kQuestions[] = {"Find x: {e}.", "{e}. What is x?", "Solve {e} for x.", "What number is x if {e}?"};
  const std::optional<Chain> chain = DrawSumChain(rng, difficulty, max_value);
  if (!chain || chain->terms.size() > 4) return std::nullopt;
  const size_t hidden = rng.Below(chain->terms.size());
  Problem problem;
  problem.question = Fill(Pick(rng, kQuestions), {{'e', HiddenText(*chain, hidden) + '=' + std::to_string(chain->Value())}});
  problem.answer = chain->terms[hidden].a;
  problem.difficulty = difficulty;
  problem.kind = chain->terms[hidden].b > 1 ? "factor" : "summand";
  problem.key = chain->Key();
  Solution backwards = WorkBackwards(*chain, hidden);
  backwards.check = chain->Equations();
  if (backwards.steps.empty() || backwards.steps.back().equation.result != problem.answer) return std::nullopt;
  problem.solutions = {std::move(backwards)};

  // Trying is only worth while when x is small and the first try is near.
  const int64_t first = problem.answer + rng.Between(-2, 2);
  Chain trial = *chain;
  trial.terms[hidden].a = std::max<int64_t>(first, 1);
  if (problem.answer <= 12 && chain->NumOperations() <= 3 && trial.IsWithin(max_value)) {
    problem.solutions.push_back(TryValues(*chain, hidden, std::max<int64_t>(first, 1)));
  }
  return problem;
}

}  // namespace r1
