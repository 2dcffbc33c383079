// Breaking a line into pieces of limited width, as Python's textwrap.wrap does.
#pragma once

#include <cstdint>
#include <vector>

#include "text/jinja/marked_text.h"

namespace r1::jinja {

std::vector<MarkedText> WrapLine(const MarkedText& line, int64_t width, bool break_long_words, bool break_on_hyphens);

}  // namespace r1::jinja
