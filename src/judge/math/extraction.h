// The steps of ExtractAnswer that others need too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace r1::math {

// closed_only: a box or <answer> that the text ends inside of is no answer; for expected answers it is.
std::optional<std::string> Extract(std::string_view text, bool closed_only);

// Texts whose backslashes were all escaped once more, as in JSON within JSON, with half of them: "\\frac" -> "\frac". Others as
// they are, such as a matrix, whose "\\" ends a row.
std::string Undoubled(std::string_view text);

}  // namespace r1::math
