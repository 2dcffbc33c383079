#include "base/format.h"

#include <cstdarg>
#include <cstdio>

#include "base/check.h"

namespace r1 {

std::string Format(const char* format, ...) {
  std::va_list values, again;
  va_start(values, format);
  va_copy(again, values);
  const int length = std::vsnprintf(nullptr, 0, format, values);
  va_end(values);
  CHECK(length >= 0);
  std::string text(static_cast<size_t>(length), '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  return text;
}

}  // namespace r1
