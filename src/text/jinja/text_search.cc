#include "text/jinja/text_search.h"

#include <cstring>
#include <string>

namespace r1::jinja {

size_t FindText(std::string_view text, std::string_view what, size_t from) {
  if (from > text.size()) return kNotFound;
  if (what.empty()) return from;
  const void* found = memmem(text.data() + from, text.size() - from, what.data(), what.size());  // two-way search, linear
  return found == nullptr ? kNotFound : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

size_t FindLastText(std::string_view text, std::string_view what) {
  const std::string backwards(text.rbegin(), text.rend()), backwards_what(what.rbegin(), what.rend());
  const size_t at = FindText(backwards, backwards_what);
  return at == kNotFound ? kNotFound : text.size() - at - what.size();
}

}  // namespace r1::jinja
