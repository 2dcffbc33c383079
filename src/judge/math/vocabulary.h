// The words of mathematical answers: commands of LaTeX, functions, units, and words that show a text to be a sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "judge/math/token.h"

namespace r1::math {

struct CommandRow {
  std::string_view name;  // without the backslash
  Tok kind;               // kEnd: has no meaning, such as \left and \displaystyle
  std::string_view text;
};

const CommandRow* FindCommand(std::string_view name);

// "sin" -> "sin", "arcsin" and "asin" -> "asin", "tg" -> "tan". Nothing: no function of ours.
std::optional<std::string_view> FunctionName(std::string_view word);

bool IsUnitWord(std::string_view word);         // of a table: "cm", "dollars", "mph"
bool IsOneLetterUnit(std::string_view letter);  // m, s, g, ...: units only in upright type
bool IsSentenceWord(std::string_view word);     // "is", "not", "than", ...: never a unit, and rarely part of an answer
std::optional<std::string_view> ScaleOf(std::string_view word);  // "million" -> "1000000"
std::optional<std::string_view> BaseOf(std::string_view word);   // "two" and "2" -> "2", up to "sixteen"

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace r1::math
