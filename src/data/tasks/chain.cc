// chain: an expression of sums, differences and small products. Difficulty is the number of operators. Products bind tighter, as
// everywhere; no partial value leaves [0, max_value].
#include <algorithm>

#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Chain> DrawSumChain(Rng& rng, int64_t operations, int64_t max_value) {
  Chain chain;
  int64_t left = operations;
  int64_t value = 0;
  while (left > 0 || chain.terms.empty()) {
    Term term;
    const bool first = chain.terms.empty();
    term.op = first || Chance(rng, 0.5) ? '+' : '-';
    const int64_t room = term.op == '+' ? max_value - value : value;
    const int64_t cost = first ? 0 : 1;
    if (left >= cost + 1 && Chance(rng, first && left == 1 ? 0.25 : 0.35)) {
      term.a = rng.Between(2, 9);
      term.b = rng.Between(2, 9);
      left -= 1;
    } else {
      // Half of the summands are small: that is how people write such problems, and it keeps chains from hitting the bounds.
      const int64_t top = first ? max_value / 2 : Chance(rng, 0.5) ? std::min<int64_t>(20, room) : room;
      if (top < 1) return std::nullopt;
      term.a = rng.Between(1, top);
    }
    if (term.a * term.b > room) return std::nullopt;
    left -= cost;
    value += (term.op == '+' ? 1 : -1) * term.a * term.b;
    chain.terms.push_back(term);
  }
  if (chain.NumOperations() != operations || !chain.IsWithin(max_value)) return std::nullopt;
  return chain;
}

Solution SolveChain(const Chain& chain) {
  Solution solution;
  for (const Equation& equation : chain.Equations()) solution.steps.push_back({equation});
  return solution;
}

std::optional<Problem> DrawChain(Rng& rng, int64_t difficulty, int64_t max_value) {
  static constexpr const char* kQuestions[] = {"Compute {e}?", "What is {e}?", "Compute {e}.", "{e}=?", "Calculate {e}."};
  const std::optional<Chain> chain = DrawSumChain(rng, difficulty, max_value);
  if (!chain) return std::nullopt;
  Problem problem;
  problem.question = Fill(Pick(rng, kQuestions), {{'e', chain->Expression()}});
  problem.answer = chain->Value();
  problem.difficulty = difficulty;
  problem.kind = "chain";
  problem.key = chain->Key();
  problem.solutions = {SolveChain(*chain)};
  return problem;
}

}  // namespace r1
