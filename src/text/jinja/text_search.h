// Searches that take linear time whatever the texts are.
#pragma once

#include <cstddef>
#include <string_view>

namespace r1::jinja {

inline constexpr size_t kNotFound = static_cast<size_t>(-1);
size_t FindText(std::string_view text, std::string_view what, size_t from = 0);
size_t FindLastText(std::string_view text, std::string_view what);

}  // namespace r1::jinja
