// The parser's insides, shared by its four files: parse_answer.cc (lists, relations, brackets), parse_term.cc (sums, products,
// powers), parse_function.cc (sin, log_2, \tanh^{-1}), parse_atom.cc (numbers, names, commands).
//
//   list     := group (";" group)*            group    := relation (("," | and | or) relation)*
//   relation := sets (("=" | "<" | ...) sets)*  sets    := ratio ((union | ...) ratio)*        ratio := sum (":" sum)*
//   sum      := [sign] term (sign term)*      term     := factor ((times | / | nothing) factor)* [unit]
//   factor   := atom ("!" | "^" exponent | "%" | degree)*
#pragma once

#include <string>
#include <vector>

#include "judge/math/expression.h"
#include "judge/math/token.h"

namespace r1::math {

// Of whole numbers: digits without leading zeros, by length and then by digits.
inline bool Smaller(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

class Parser {
 public:
  Parser(Arena& arena, std::vector<Token> tokens) : arena_(arena), tokens_(std::move(tokens)) {}
  NodeId Answer();

 private:
  // parse_answer.cc
  NodeId List();
  void AddItem(std::vector<NodeId>& items, NodeId item);
  NodeId Relation();
  NodeId Sets();
  NodeId Ratio();
  NodeId Bracketed(std::string open, bool grouping);  // after the opening bracket
  NodeId Group();                                     // after a TeX brace
  NodeId Set();
  NodeId Matrix();
  NodeId Determinant(const std::vector<NodeId>& cells, size_t size);
  NodeId Lines();  // of an environment that aligns them
  NodeId CaseCondition();

  // parse_term.cc
  NodeId Sum();
  NodeId Term();
  NodeId Factor();
  NodeId Power(NodeId base, bool base_is_number);
  NodeId WithUnit(NodeId value);
  bool FractionOfUnitsFollows() const;
  NodeId MixedNumber(NodeId whole);  // kNoNode: no fraction follows
  NodeId Modulus(NodeId value);
  bool StartsFactor() const;
  bool ConditionFollows() const;  // "(k \in \mathbb{Z})"

  // parse_function.cc
  NodeId FunctionAtom();
  NodeId Applied(const std::string& name, std::vector<NodeId> arguments, NodeId base);
  NodeId Inverse(const std::string& name, NodeId argument);

  // parse_atom.cc
  NodeId Atom();
  NodeId Argument();  // of a command: a group, one digit, or an atom
  NodeId NumberAtom();
  NodeId Repeating(const std::string& number);
  NodeId RepeatingValue(const std::string& number, const std::string& period);
  bool PrimeFollows() const {  // f^{\prime}
    return At(Tok::kPower) && Peek(1).kind == Tok::kOpenBrace && Peek(2).kind == Tok::kPrime && Peek(3).kind == Tok::kCloseBrace;
  }
  NodeId HalfOfTheReals();
  NodeId Combinations(const std::string& name);
  NodeId SymbolAtom();
  NodeId Words();
  NodeId RootAtom();
  NodeId Between(Tok close, const char* function);
  NodeId Big();
  NodeId Based(NodeId digits);  // after the subscript
  bool CallFollows(const std::string& name) const;
  std::string Subscript(NodeId& index);  // the text of a simple one; index is set for any other

  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool At(Tok kind) const { return Peek().kind == kind; }
  bool Take(Tok kind) {
    if (!At(kind)) return false;
    ++at_;
    return true;
  }
  void Expect(Tok kind, const char* what) {
    if (!Take(kind)) throw Refusal{std::string("expected ") + what};
  }
  NodeId Call(std::string name, std::vector<NodeId> arguments) {
    return arena_.Add(Op::kFunction, std::move(name), std::move(arguments));
  }

  Arena& arena_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  int open_bars_ = 0;  // |x| that wait for their second bar
  int open_determinants_ = 0;
  int open_sets_ = 0;  // where ":" and "|" mean "such that"
};

}  // namespace r1::math
