// The lexer's insides, shared by its three files: lexer.cc (numbers, punctuation, Unicode), lexer_words.cc (runs of letters:
// functions, units, bases, symbols), lexer_commands.cc (LaTeX's commands).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/math/characters.h"
#include "judge/math/token.h"

namespace r1::math {

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  std::vector<Token> Run();

 private:
  // lexer.cc
  void Next();
  void Number();
  void Punctuation(char c);
  void Point();
  void Unicode();
  void Fraction(std::string_view parts);
  bool Raised(char32_t code, Height height);

  // lexer_words.cc
  void Letters();
  bool HalfDay();
  void Word(std::string_view run);
  bool IsUnitHere(std::string_view run) const;
  static std::string_view BehindPower(std::string_view text);
  static bool DividesByUnit(std::string_view text);
  size_t DigitsOfLargeBase() const;
  bool Base(std::string_view& text);

  // lexer_commands.cc
  void Command();
  void RowBreak();
  std::string_view Argument();
  void Letter(std::string_view command);
  void Bold(std::string_view command);
  void Environment(bool begins);
  void Text(std::string_view command);
  void Append(std::string_view text);  // its tokens, as if it stood alone
  static bool LooksLikeUnit(std::string_view text);
  static std::string WithoutMarkup(std::string_view text);

  std::string_view Rest() const { return text_.substr(at_); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void Emit(Tok kind, std::string_view text = "");
  Tok Last() const { return tokens_.empty() ? Tok::kEnd : tokens_.back().kind; }
  bool AfterNumber() const;
  bool BehindUnitBar() const {
    return Last() == Tok::kDivide && tokens_.size() > 1 && tokens_[tokens_.size() - 2].kind == Tok::kUnit;
  }

  std::string_view text_;
  size_t at_ = 0;
  int brackets_ = 0;
  bool space_ = false;         // before the next token
  std::vector<bool> aligned_;  // of the environments that are open: are its lines aligned?
  std::vector<Token> tokens_;
};

}  // namespace r1::math
