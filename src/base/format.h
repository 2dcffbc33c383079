// std::snprintf into a string as long as it takes. The compiler checks values against the format.
#pragma once

#include <string>

namespace r1 {

[[gnu::format(printf, 1, 2)]] std::string Format(const char* format, ...);

}  // namespace r1
