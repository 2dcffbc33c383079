// The pieces an answer is made of, the same for LaTeX and for plain text: "\frac{1}{2}", "1/2" and "½" differ only up to here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace r1::math {

enum class Tok : uint8_t {
  kEnd,
  // Things with a value. `text` is the number, the name, the words.
  kNumber,
  kSymbol,
  kConstant,
  kFunction,
  kWord,
  kUnit,
  kScale,  // thousand, million, ...: text is the factor
  // Operators.
  kPlus,
  kMinus,
  kPlusMinus,
  kMinusPlus,
  kTimes,
  kDivide,
  kPower,
  kSubscript,
  kBang,
  kPercent,
  kDegree,
  kPrime,
  kComma,
  kSemicolon,
  kJoin,  // and, or
  kColon,
  kBar,
  kMid,
  kRelation,  // text: one character, as in Op::kRelation
  kUnion,
  kIntersection,
  kSetMinus,
  kModulo,  // \bmod, \pmod
  // Brackets. kOpenBrace is TeX's invisible group, kOpenSet the visible one.
  kOpenParen,
  kCloseParen,
  kOpenBracket,
  kCloseBracket,
  kOpenBrace,
  kCloseBrace,
  kOpenSet,
  kCloseSet,
  kOpenAngle,
  kCloseAngle,
  kOpenFloor,
  kCloseFloor,
  kOpenCeil,
  kCloseCeil,
  // Commands with arguments.
  kFraction,
  kBinomial,
  kRoot,
  kOverline,
  kAccent,
  kBig,    // \sum, \prod
  kInfix,  // {n \choose k}, {a \over b}: text "binom" or "frac"
  kBeginMatrix,
  kEndMatrix,
  kCell,
  kRow,
};

struct Token {
  Tok kind = Tok::kEnd;
  std::string text;
  bool space_before = false;
  bool grouped = false;  // a number whose thousands are separated by bare commas: perhaps a list
};

// Throws Refusal for a character or command that no answer has.
std::vector<Token> Tokenize(std::string_view text);

}  // namespace r1::math
