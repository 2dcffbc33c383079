// Patterns of file names, as a shell has them.
#pragma once

#include <string_view>

namespace r1 {

// `*` stands for any run of characters but '/', `?` for one, `[45a-c]` for one of these. Anything else stands for itself. In time
// at most the product of the lengths.
bool GlobMatches(std::string_view pattern, std::string_view path);

// Whether a text has any of these characters, so that it is a pattern and not a name.
inline bool IsGlob(std::string_view text) { return text.find_first_of("*?[") != text.npos; }

}  // namespace r1
