// Where in a chain's answer its vote is read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace r1 {

class AnswerFinder {
 public:
  // tag            what is inside the last <answer>...</answer>
  // boxed          inside the last \boxed{...}
  // last_number    the number after the last "Answer:", else the last one
  // last_line      the last line
  // text           everything
  // json:/a/0      the text is JSON; what that JSON pointer (RFC 6901) points to
  // regex:PATTERN  the last match
  // auto           tag, else boxed, else what follows the last "answer is" or "Answer:", else the last number, else everything
  // Throws kInvalidArgument for others and for patterns and pointers that are none.
  explicit AnswerFinder(std::string_view place = "auto");

  // Nothing if there is no answer at that place: such a chain does not vote.
  std::optional<std::string> Find(std::string_view text) const { return find_(text); }

 private:
  std::function<std::optional<std::string>(std::string_view)> find_;
};

}  // namespace r1
