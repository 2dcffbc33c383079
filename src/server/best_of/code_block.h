// Where in an answer the program is.
#pragma once

#include <string_view>

namespace r1 {

// What is between the last fences (``` or ~~~) that name the language, by any of the names of judge/code/language.h; else between
// the last that name none; else between the last. Everything, where there are no fences. A block that is not closed goes on to the
// end.
std::string_view CodeIn(std::string_view answer, std::string_view language);

}  // namespace r1
