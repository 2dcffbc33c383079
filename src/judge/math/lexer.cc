#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "judge/math/budget.h"
#include "judge/math/lexer_state.h"
#include "judge/math/number_text.h"
#include "judge/math/vocabulary.h"

namespace r1::math {

void Lexer::Emit(Tok kind, std::string_view text) {
  if (kind == Tok::kOpenParen || kind == Tok::kOpenBracket || kind == Tok::kOpenSet || kind == Tok::kOpenAngle) ++brackets_;
  if (kind == Tok::kCloseParen || kind == Tok::kCloseBracket || kind == Tok::kCloseSet || kind == Tok::kCloseAngle) --brackets_;
  tokens_.push_back({kind, std::string(text), space_, false});
  space_ = false;
}

bool Lexer::AfterNumber() const {
  const Tok last = Last();
  return last == Tok::kNumber || last == Tok::kUnit || last == Tok::kScale || last == Tok::kCloseBrace || last == Tok::kPercent;
}

std::vector<Token> Lexer::Run() {
  while (at_ < text_.size()) Next();
  Emit(Tok::kEnd);
  return std::move(tokens_);
}

void Lexer::Next() {
  const char c = Peek();
  if (const size_t digits = IsDigit(c) || (c >= 'A' && c <= 'F') ? DigitsOfLargeBase() : 0; digits > 0) {
    Emit(Tok::kNumber, LowerCase(Rest().substr(0, digits)));
    at_ += digits;
    return;
  }
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
  if (Last() == Tok::kNumber && (c == 'b' || c == '(')) {
    std::string_view rest = Rest();
    if (Base(rest)) return void(at_ = text_.size() - rest.size());
  }
  if (IsLetter(c)) return Letters();
  if (c == '\\') return Command();
  if (static_cast<unsigned char>(c) >= 0x80) return Unicode();
  Punctuation(c);
}

void Lexer::Number() {
  const std::optional<NumberText> number = ReadNumber(Rest(), brackets_ <= 0);
  at_ += number->num_bytes;
  Emit(Tok::kNumber, number->digits);
  tokens_.back().grouped = number->grouped;
}

void Lexer::Punctuation(char c) {
  ++at_;
  const char next = Peek();
  const auto two = [&](char second, std::string_view relation) {
    if (next != second) return false;
    ++at_;
    Emit(Tok::kRelation, relation);
    return true;
  };
  switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
    case '~': space_ = true; return;
    case '$': return;  // a delimiter or dollars
    case '+':
      if (next == '-') return ++at_, Emit(Tok::kPlusMinus);
      return Emit(Tok::kPlus);
    case '-': return Emit(Tok::kMinus);
    case '*':
      if (next == '*') return ++at_, Emit(Tok::kPower);
      return Emit(Tok::kTimes);
    case '/': return Emit(Tok::kDivide);
    case '^': return Emit(Tok::kPower);
    case '_': return Emit(Tok::kSubscript);
    case ',': return Emit(Tok::kComma);
    case ';': return Emit(Tok::kSemicolon);
    case ':': return Emit(Tok::kColon);
    case '|': return Emit(Tok::kBar);
    case '%': return Emit(Tok::kPercent);
    case '\'': return Emit(Tok::kPrime);
    case '&':
      if (!aligned_.empty() && aligned_.back()) return;
      return Emit(Tok::kCell);
    case '(': return Emit(Tok::kOpenParen);
    case ')': return Emit(Tok::kCloseParen);
    case '[': return Emit(Tok::kOpenBracket);
    case ']': return Emit(Tok::kCloseBracket);
    case '{':
      if (Rest().starts_with(":}")) return at_ += 2, Emit(Tok::kColon);  // 7{:}45, set without the space of a relation
      return Emit(Tok::kOpenBrace);
    case '}': return Emit(Tok::kCloseBrace);
    case '=':
      if (next == '=') ++at_;
      return Emit(Tok::kRelation, "=");
    case '<':
      if (two('=', "l")) return;
      return Emit(Tok::kRelation, "<");
    case '>':
      if (two('=', "g")) return;
      return Emit(Tok::kRelation, ">");
    case '!':
      // 5!=120 is a factorial, x!=3 is not.
      if (Last() != Tok::kNumber && two('=', "!")) return;
      return Emit(Tok::kBang);
    case '.': return Point();
    default: throw Refusal{StrCat("no part of an answer: character ", static_cast<int>(c))};
  }
}

// At the end of an answer a point ends the sentence; three are an ellipsis; \left. has no bracket.
void Lexer::Point() {
  if (Rest().starts_with("..")) {
    at_ += 2;
    return Emit(Tok::kSymbol, "...");
  }
  const std::string_view rest = Trim(Rest(), " \t\r\n$*}");
  if (!rest.empty()) throw Refusal{"a point inside"};
}

void Lexer::Unicode() {
  const Utf8Char character = NextUtf8Char(Rest());
  at_ += static_cast<size_t>(character.num_bytes);
  if (const CharacterRow* row = FindCharacter(character.code_point)) {
    if (row->kind != Tok::kEnd) return Emit(row->kind, row->text);
    space_ = true;
    return;
  }
  if (const std::string_view parts = FractionDigits(character.code_point); !parts.empty()) return Fraction(parts);
  if (Raised(character.code_point, Height::kAbove) || Raised(character.code_point, Height::kBelow)) return;
  throw Refusal{"no part of an answer: a character outside mathematics"};
}

void Lexer::Fraction(std::string_view parts) {
  Emit(Tok::kFraction);
  for (const char digit : parts) Emit(Tok::kNumber, std::string_view(&digit, 1));
}

// A run of superscripts or subscripts; false: `code` is none of these.
bool Lexer::Raised(char32_t code, Height height) {
  if (RaisedDigit(code, height) == '\0') return false;
  Emit(height == Height::kAbove ? Tok::kPower : Tok::kSubscript), Emit(Tok::kOpenBrace);
  while (true) {
    const char digit = RaisedDigit(code, height);
    if (digit == '-')
      Emit(Tok::kMinus);
    else if (Last() == Tok::kNumber)
      tokens_.back().text += digit;
    else
      Emit(Tok::kNumber, std::string(1, digit));
    if (at_ >= text_.size() || static_cast<unsigned char>(Peek()) < 0x80) break;
    const Utf8Char next = NextUtf8Char(Rest());
    if (RaisedDigit(next.code_point, height) == '\0') break;
    code = next.code_point;
    at_ += static_cast<size_t>(next.num_bytes);
  }
  Emit(Tok::kCloseBrace);
  return true;
}

std::vector<Token> Tokenize(std::string_view text) {
  if (text.size() > kMaxAnswerBytes) throw Refusal{StrCat("longer than ", kMaxAnswerBytes, " bytes")};
  return Lexer(text).Run();
}

}  // namespace r1::math
