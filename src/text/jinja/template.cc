#include "text/jinja/template.h"

#include "text/jinja/parser.h"

namespace r1::jinja {
namespace {

Body ParseLimited(std::string_view source) {
  if (source.size() > kMaxSourceBytes)
    throw TemplateError("LimitError", StrCat("is longer than ", kMaxSourceBytes, " bytes"), 0, ErrorCode::kResourceExhausted);
  return Parse(source);
}

}  // namespace

Template::Template(std::string_view source) : body_(ParseLimited(source)) {}

MarkedText Template::Render(Runtime& runtime, const Variables& variables) const {
  return Interpreter(runtime, variables).Run(body_);
}

}  // namespace r1::jinja
