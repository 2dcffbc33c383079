// Errors of templates, with the type and message that Python and Jinja give them.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace r1::jinja {

class TemplateError : public Error {
 public:
  // line 0: not known yet
  TemplateError(std::string type, std::string message, int line = 0, ErrorCode code = ErrorCode::kInvalidArgument)
      : Error(code, StrCat("chat template", line > 0 ? StrCat(", line ", line) : std::string(), ": ", message,
                           type == "TemplateError" || type.empty() ? std::string() : StrCat(" (", type, ")"))),
        type_(std::move(type)),
        message_(std::move(message)),
        line_(line) {}
  const std::string& type() const { return type_; }  // "TypeError", "UndefinedError", ...; "TemplateError": raise_exception
  const std::string& message() const { return message_; }
  int line() const { return line_; }

 private:
  std::string type_, message_;
  int line_;
};

template <class... Parts>
[[noreturn]] void Raise(const char* type, const Parts&... parts) {
  throw TemplateError(type, StrCat(parts...));
}
template <class... Parts>
[[noreturn]] void RaiseTypeError(const Parts&... parts) {
  throw TemplateError("TypeError", StrCat(parts...));
}

}  // namespace r1::jinja
