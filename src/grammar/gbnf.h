// Grammars as llama.cpp's users write them (GBNF):
//   root ::= "yes" | "no" " maybe"?          # alternatives, sequences, comments
//   word ::= [a-zA-Z_] [^ \t\n]{0,20}        # classes, * + ? {m} {m,} {,n} {m,n}, and . for any character
//   call ::= <tool_call> (word | "\u00e9")   # groups; \n \t \r \\ \" \[ \] \- \^ \xHH \uHHHH \UHHHHHHHH; <name>: a control token
// The completion is what rule "root" describes. A rule ends with its line unless the line ends in ::= or | or within parentheses.
//   https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
#pragma once

#include <string_view>

#include "grammar/grammar.h"

namespace r1 {

// Throws kInvalidArgument with line and column, or what Grammar throws.
Grammar ParseGbnf(std::string_view text);

}  // namespace r1
