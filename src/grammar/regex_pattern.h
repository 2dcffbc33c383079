// Regular expressions as JSON schemas have them ("pattern": ECMA-262), as expressions over the characters of a JSON string.
//
// Alternatives, groups, * + ? {m,n} (lazy ones match the same texts), classes, . \d \w \s and their complements, escapes; ^ and $
// at the ends of the outermost alternatives. Not the rest, which is no regular language or needs the surroundings: back references,
// look around, word boundaries, anchors within.
#pragma once

#include <string_view>

#include "grammar/expression.h"

namespace r1 {

// What stands between the quotes of a string in which the pattern is found. Throws kInvalidArgument with what is wrong and where;
// `what` begins the message.
Expression PatternExpression(std::string_view pattern, std::string_view what);

}  // namespace r1
