// Values as text, the way Python's str() and repr() write them.
#pragma once

#include <string>
#include <string_view>

#include "text/jinja/value.h"

namespace r1::jinja {

// str(value): what {{ value }} prints. Undefined prints nothing.
MarkedText Print(Budget& budget, const Value& value);
MarkedText Repr(Budget& budget, const Value& value);

std::string FormatFloat(double value);           // the shortest text that reads back equal: 1.0, 1e+16, inf
std::string QuotePython(std::string_view text);  // repr of a str
std::string FormatInteger(const Value& integer);

}  // namespace r1::jinja
