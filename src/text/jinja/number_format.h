// Numbers laid out as % and str.format ask for.
#pragma once

#include <string>
#include <string_view>

#include "text/jinja/value.h"

namespace r1::jinja {

struct NumberLayout {
  char fill = ' ', align = '>';  // '<', '>', '^', '=' (padding behind the sign)
  char sign = '-';               // '-', '+' or ' '
  bool alternate = false;        // #
  char grouping = 0;             // ',' or '_'
  int width = 0, precision = -1;
  char type = 0;  // as in Python; 0: none given
};

std::string FormatNumber(const Value& number, const NumberLayout& layout);
// Pads text to a width in code points.
MarkedText Pad(const MarkedText& text, int64_t width, char align, std::string_view fill = " ");

}  // namespace r1::jinja
