// Judging the answers that are neither mathematics nor code: a letter, who is a knight, an equation. The texts are what the model
// said after its thinking.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/benchmark/items.h"

namespace r1 {

// The letter that a reply to a multiple choice question settles for, of the first `choices` of the alphabet: the last of "Answer:
// C" (or "answer is (C)", "**Answer:** C", "the option is C") and \boxed{C}; else "C is correct"; else a reply that is nothing but
// the letter, or "C) what it says", or ends with a line of only it. Several letters ("A or B") settle nothing.
std::optional<char> ChosenLetter(std::string_view reply, size_t choices);

// "Tess is a knave, Gus is a knight", "Tess: knave", "Tess and Gus are knights" -> {Tess: knave, Gus: knight}, in small letters. Of
// a name that is named twice the last sentence counts; what only might be ("if", "suppose", "or") or is asked does not. Reads the
// last box, or the part after the last "answer:", where they say anybody's kind.
std::map<std::string, std::string> KnightsAndKnaves(std::string_view text);

struct Rational64 {
  int64_t numerator = 0, denominator = 1;  // denominator > 0, in lowest terms
  bool operator==(const Rational64&) const = default;
};
// The value of "(80 + 84) * 2 - 18 / 3", and the whole numbers in it in order. LaTeX's \times, \div, \cdot, and an "= 310" behind
// it are read too, and \frac; of an equation the side with the most numbers counts. Nothing: not such an expression, division by 0,
// or numbers beyond 18 digits; then `error` says what.
std::optional<Rational64> EvaluateEquation(std::string_view text, std::vector<int64_t>& numbers, std::string& error);

// The last calculation in a text, "(80 + 84) * 2" of "we get (80 + 84) * 2 = 328, as wanted."; "" if there is none.
std::string_view LastCalculation(std::string_view text);

// Empty if the equation uses each number once and gives the target, else what is wrong.
std::string CountdownFault(std::string_view equation, std::vector<int64_t> numbers, int64_t target);

}  // namespace r1
