// Text -> tree, for LaTeX and plain text alike. Strict where leniency could change a value: a number may not follow another factor
// without a sign between ("x^10" is x^1 0 in TeX, and refused), a bracket that nothing closes is refused.
#pragma once

#include <string_view>

#include "judge/math/expression.h"

namespace r1::math {

// Throws Refusal for what is no answer, or is longer or deeper than budget.h allows. Time and memory are linear in the length.
NodeId ParseAnswer(Arena& arena, std::string_view text);

}  // namespace r1::math
