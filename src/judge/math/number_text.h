// How numbers are written: 1,234.5   12{,}345   12\,345   1 000   .5   0,111   1000,99   1.000.000   3e8   42.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace r1::math {

struct NumberText {
  std::string digits;    // "1234.5": digits, at most one point, at most one exponent "e-12"
  size_t num_bytes = 0;  // how much of the text it is
  bool grouped = false;  // thousands were separated by bare commas, as the elements of a list might be
};

// The number at the start of `text`; nothing if none begins there. bare_commas: whether 1,234 may be one number; inside (1,234) it
// is two. A comma is a decimal point where it can be nothing else: 1000,99 and 0,111, but not 2,5. An exponent of more than six
// digits stays, for others to refuse.
std::optional<NumberText> ReadNumber(std::string_view text, bool bare_commas);

}  // namespace r1::math
