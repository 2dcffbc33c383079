// Characters beyond ASCII that answers are written with: "π" is \pi, "≤" is \le, "x²" is x^{2}, "1011₂" is 1011_{2}, "½" is 1/2.
#pragma once

#include <string_view>

#include "judge/math/token.h"

namespace r1::math {

struct CharacterRow {
  char32_t code;
  Tok kind;  // kEnd: space
  std::string_view text;
};
const CharacterRow* FindCharacter(char32_t code);  // nullptr: no such row

enum class Height { kAbove, kBelow };
char RaisedDigit(char32_t code, Height height);  // of a superscript (also '-') or subscript; '\0': it is none
std::string_view FractionDigits(char32_t code);  // numerator and denominator, a digit each; "": no fraction

}  // namespace r1::math
