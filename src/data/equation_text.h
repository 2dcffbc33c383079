// Equations as they stand in a text, and the chains that consecutive equations work.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/chain.h"

namespace r1 {

// All equations in a text in order: non-negative integers joined by + - * /, an =, an integer. `result` is what the text says. With
// more than one operator, `a` is the value of all but the last operation.
struct FoundEquation {
  Equation equation;
  bool right = false;
  size_t end = 0;  // offset just after it
};
std::vector<FoundEquation> FindEquations(std::string_view text);

// Keys (data/chain.h) of every chain of two or more operations that a run of consecutive equations works, each starting from the
// result of the one before ("17-8=9. 9+4=13" works 17-8+4), products inside included ("2*7=14. 17-14=3" works 17-2*7). Whoever
// reads the equations has seen these problems solved.
std::vector<std::string> WorkedKeys(const std::vector<Equation>& equations);

}  // namespace r1
