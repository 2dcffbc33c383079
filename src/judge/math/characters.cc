#include "judge/math/characters.h"

#include <algorithm>
#include <utility>

namespace r1::math {
namespace {

constexpr CharacterRow kCharacters[] = {
    {U'\u00A0', Tok::kEnd, ""},
    {U'\u2009', Tok::kEnd, ""},
    {U'\u202F', Tok::kEnd, ""},
    {U'\u3000', Tok::kEnd, ""},
    {U'€', Tok::kEnd, ""},
    {U'£', Tok::kEnd, ""},
    {U'¥', Tok::kEnd, ""},
    {U'¢', Tok::kEnd, ""},
    {U'₹', Tok::kEnd, ""},
    {U'π', Tok::kConstant, "pi"},
    {U'∞', Tok::kConstant, "inf"},
    {U'√', Tok::kRoot, "2"},
    {U'∛', Tok::kRoot, "3"},
    {U'∜', Tok::kRoot, "4"},
    {U'≤', Tok::kRelation, "l"},
    {U'⩽', Tok::kRelation, "l"},
    {U'≥', Tok::kRelation, "g"},
    {U'⩾', Tok::kRelation, "g"},
    {U'≠', Tok::kRelation, "!"},
    {U'≈', Tok::kRelation, "~"},
    {U'≡', Tok::kRelation, "#"},
    {U'∈', Tok::kRelation, "e"},
    {U'×', Tok::kTimes, ""},
    {U'·', Tok::kTimes, ""},
    {U'⋅', Tok::kTimes, ""},
    {U'∙', Tok::kTimes, ""},
    {U'∗', Tok::kTimes, ""},
    {U'÷', Tok::kDivide, ""},
    {U'∕', Tok::kDivide, ""},
    {U'⁄', Tok::kDivide, ""},
    {U'−', Tok::kMinus, ""},
    {U'–', Tok::kMinus, ""},
    {U'±', Tok::kPlusMinus, ""},
    {U'∓', Tok::kMinusPlus, ""},
    {U'∪', Tok::kUnion, ""},
    {U'∩', Tok::kIntersection, ""},
    {U'∖', Tok::kSetMinus, ""},
    {U'°', Tok::kDegree, ""},
    {U'º', Tok::kDegree, ""},
    {U'ℝ', Tok::kSymbol, "RR"},
    {U'ℤ', Tok::kSymbol, "ZZ"},
    {U'ℚ', Tok::kSymbol, "QQ"},
    {U'ℕ', Tok::kSymbol, "NN"},
    {U'ℂ', Tok::kSymbol, "CC"},
    {U'⟨', Tok::kOpenAngle, ""},
    {U'⟩', Tok::kCloseAngle, ""},
    {U'⌊', Tok::kOpenFloor, ""},
    {U'⌋', Tok::kCloseFloor, ""},
    {U'⌈', Tok::kOpenCeil, ""},
    {U'⌉', Tok::kCloseCeil, ""},
    {U'∣', Tok::kMid, ""},
    {U'∧', Tok::kJoin, "and"},
    {U'∨', Tok::kJoin, "or"},
    {U'（', Tok::kOpenParen, ""},
    {U'）', Tok::kCloseParen, ""},
    {U'，', Tok::kComma, ""},
    {U'、', Tok::kComma, ""},
    {U'；', Tok::kSemicolon, ""},
    {U'：', Tok::kColon, ""},
    {U'＝', Tok::kRelation, "="},
    {U'％', Tok::kPercent, ""},
    {U'∅', Tok::kSymbol, "{}"},
    {U'…', Tok::kSymbol, "..."},
    {U'′', Tok::kPrime, ""},
    {U'’', Tok::kPrime, ""},
    {U'∶', Tok::kColon, ""},
    {U'α', Tok::kSymbol, "\\alpha"},
    {U'β', Tok::kSymbol, "\\beta"},
    {U'γ', Tok::kSymbol, "\\gamma"},
    {U'δ', Tok::kSymbol, "\\delta"},
    {U'ε', Tok::kSymbol, "\\epsilon"},
    {U'θ', Tok::kSymbol, "\\theta"},
    {U'λ', Tok::kSymbol, "\\lambda"},
    {U'μ', Tok::kSymbol, "\\mu"},
    {U'ρ', Tok::kSymbol, "\\rho"},
    {U'σ', Tok::kSymbol, "\\sigma"},
    {U'τ', Tok::kSymbol, "\\tau"},
    {U'ψ', Tok::kSymbol, "\\psi"},
    {U'φ', Tok::kSymbol, "\\phi"},
    {U'ω', Tok::kSymbol, "\\omega"},
    {U'Δ', Tok::kSymbol, "\\Delta"},
    {U'Ω', Tok::kSymbol, "\\Omega"},
    {U'∠', Tok::kSymbol, "\\angle"},
};

constexpr std::pair<char32_t, char> kSuperscripts[] = {{U'⁰', '0'}, {U'¹', '1'}, {U'²', '2'}, {U'³', '3'}, {U'⁴', '4'}, {U'⁵', '5'},
                                                       {U'⁶', '6'}, {U'⁷', '7'}, {U'⁸', '8'}, {U'⁹', '9'}, {U'⁻', '-'}};
constexpr std::pair<char32_t, char> kSubscripts[] = {{U'₀', '0'}, {U'₁', '1'}, {U'₂', '2'}, {U'₃', '3'}, {U'₄', '4'},
                                                     {U'₅', '5'}, {U'₆', '6'}, {U'₇', '7'}, {U'₈', '8'}, {U'₉', '9'}};
constexpr std::pair<char32_t, std::string_view> kFractions[] = {{U'½', "12"}, {U'⅓', "13"}, {U'⅔', "23"}, {U'¼', "14"},
                                                                {U'¾', "34"}, {U'⅕', "15"}, {U'⅙', "16"}, {U'⅛', "18"}};

template <class Rows>
auto* Find(const Rows& rows, char32_t code) {
  const auto* row = std::find_if(std::begin(rows), std::end(rows), [&](const auto& r) { return r.first == code; });
  return row == std::end(rows) ? nullptr : row;
}

}  // namespace

const CharacterRow* FindCharacter(char32_t code) {
  const auto* row =
      std::find_if(std::begin(kCharacters), std::end(kCharacters), [&](const CharacterRow& r) { return r.code == code; });
  return row == std::end(kCharacters) ? nullptr : row;
}

char RaisedDigit(char32_t code, Height height) {
  const auto* row = height == Height::kAbove ? Find(kSuperscripts, code) : Find(kSubscripts, code);
  return row == nullptr ? '\0' : row->second;
}

std::string_view FractionDigits(char32_t code) {
  const auto* row = Find(kFractions, code);
  return row == nullptr ? std::string_view() : row->second;
}

}  // namespace r1::math
