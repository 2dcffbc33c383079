// When are two short final answers the same?
#pragma once

#include <string_view>

namespace r1 {

// Both are trimmed. If both are numbers (integers, decimals, or fractions of integers, at most 18 digits a part, optional sign)
// they are compared exactly as rationals: "7" = "7.0" = "14/2". Otherwise the texts must be equal, but for spaces after commas. No
// units, no expressions: leniency would hide the format and reward guessing.
// Whether it is such a number.
bool IsNumber(std::string_view text);
bool AnswersEqual(std::string_view answer, std::string_view expected);

}  // namespace r1
