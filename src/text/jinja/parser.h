// Tokens -> syntax tree: Jinja's grammar with the tags break, continue and generation that transformers adds.
#pragma once

#include <string_view>

#include "text/jinja/syntax.h"

namespace r1::jinja {

// Throws TemplateError: TemplateSyntaxError, or kResourceExhausted for nesting above kMaxSyntaxDepth.
Body Parse(std::string_view source);

}  // namespace r1::jinja
