// Putting worked solutions into words, in the manners a base model may have read them: English sentences, French sentences, bare
// symbols, or a mixture; some with checks, and some with a slip that a check or a second look puts right.
#pragma once

#include <string>

#include "base/rng.h"
#include "data/problem.h"

namespace r1 {

enum class SolutionStyle { kEnglish, kFrench, kSymbols, kMixed };

struct SolutionManner {
  SolutionStyle style = SolutionStyle::kEnglish;
  bool final_check = false;     // puts the answer back into the question, where the problem has such a check
  bool step_checks = false;     // undoes every step ("17-8=9. Check: 9+8=17. Yes.")
  double slip_probability = 0;  // of a wrong result in a step, noticed at once and corrected
  bool conclusion = true;       // "So the answer is 9."; always present after a final check
};

// One of the problem's solutions, chosen by rng, as running text without line breaks. Every slip in it is corrected.
std::string RenderSolution(const Problem& problem, const SolutionManner& manner, Rng& rng);

}  // namespace r1
