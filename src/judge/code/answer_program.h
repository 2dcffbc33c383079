// Where in an answer the program is: what a reward, a benchmark and the best of n all judge.
#pragma once

#include <string>
#include <string_view>

namespace r1 {

struct AnswerProgram {
  enum class Form {
    kBare,    // no fence anywhere: the answer itself, as a base model completes a prompt
    kCutOff,  // a block that the answer ends inside of
    kWhole,   // a block between fences
  };
  Form form = Form::kBare;
  std::string code;
  std::string fence_language;  // the word behind the opening fence, "cpp"; may be empty
};

// The last block (between lines of three or more ` or ~) that names `language`, by any of the names of judge/code/language.h; else
// the last that names none; else the last. Of equally good ones a whole block goes before one that is cut off. language "": any
// that has a judge is as good. A fence may also stand behind words, "Here: ```python", or behind the last line, "return x```". A
// block that is indented, as in a list, loses the indentation of its fence. answer: without its thinking.
AnswerProgram FindProgram(std::string_view answer, std::string_view language);

}  // namespace r1
