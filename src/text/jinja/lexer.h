// Template source -> tokens, with the white-space rules of trim_blocks and lstrip_blocks that chat templates are written for:
// the line break after a block is dropped, and so is the indentation of a line that begins with a block.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/jinja/value.h"

namespace r1::jinja {

enum class TokenKind { kText, kPrintBegin, kPrintEnd, kBlockBegin, kBlockEnd, kName, kString, kNumber, kOperator, kEnd };

struct Token {
  TokenKind kind;
  std::string text;  // of a name, operator, string (unescaped) or text
  Value number;
  int line;
};

// Ends with a kEnd token. Throws TemplateError (TemplateSyntaxError).
std::vector<Token> Tokenize(std::string_view source);

std::string Describe(const Token& token);  // for messages

}  // namespace r1::jinja
