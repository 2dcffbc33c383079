// What a sentence without any mark states at its end: "... so there are 12 such sequences." -> "12".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace r1::math {

// A short text that is no sentence is returned whole. Of a sentence: its last mathematics ($...$, \(...\), \[...\]) or the last
// number that stands by itself, with a list it ends ("1, 2 and 3"), whichever comes last; nothing where the words before it say
// that it is not the answer ("not 5", "more than 5", "5 or so"). Mathematics inside a line must not contain a line break.
std::optional<std::string> FinalStatement(std::string_view text);

}  // namespace r1::math
