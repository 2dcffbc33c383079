// Answers as texts, before anything is parsed: the same words typeset otherwise, the letter of a choice, a sentence that ends with
// a word, names that data sets spell out.
#pragma once

#include <string>
#include <string_view>

namespace r1::math {

// The text without what only typesets it: spaces, \left, and \text with its braces. "4 2" stays two numbers.
std::string PlainText(std::string_view text);

// "all real numbers" -> "\mathbb{R}", "no solution" -> "\emptyset"; any other text as it is. plain: PlainText(text), here and
// below.
std::string_view SpelledOut(std::string_view text, std::string_view plain);

struct Choice {
  std::string letter;  // in lower case; "": the text chooses nothing
  std::string says;    // what stands behind the letter, "42" of "(A) 42"
};
// "A", "(A)", "A)", "A.", "option A", "(A) 42". Not "(A) or (B)", "A. B", "A, not B", which choose nothing.
Choice ChoiceOf(std::string_view text, std::string_view plain);

// Are both the same words, of three letters or more, but for capitals and articles? Or does `answer` state nothing but that
// something is them: "The graph is an ellipse." for "ellipse"? A sentence with "not", "or", "if" and their like states nothing.
bool SaysTheSame(std::string_view expected, std::string_view answer);

}  // namespace r1::math
