// A Jinja template, as Hugging Face chat templates are: the semantics of Python's jinja2 in transformers' sandbox (trim_blocks,
// lstrip_blocks, break and continue, tojson without HTML escapes, raise_exception, strftime_now), with hard limits.
//
// Where it differs: integers end at 64 bits (larger ones can be printed, not calculated with); include, import and extends are
// errors, as they are in transformers; an object's address is never printed.
//   Language: https://jinja.palletsprojects.com/en/stable/templates/
#pragma once

#include <string_view>

#include "text/jinja/interpreter.h"

namespace r1::jinja {

inline constexpr size_t kMaxSourceBytes = size_t{4} << 20;

class Template {
 public:
  // Throws TemplateError for a source that is not a template.
  explicit Template(std::string_view source);
  // Throws TemplateError: what the template raises, Python's errors, and kResourceExhausted for a limit of the budget.
  MarkedText Render(Runtime& runtime, const Variables& variables) const;

 private:
  Body body_;
};

}  // namespace r1::jinja
