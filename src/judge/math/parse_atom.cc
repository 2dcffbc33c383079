#include <algorithm>

#include "base/error.h"
#include "judge/math/parser_state.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

// How many digits repeat in "0.333..." (three times) or "0.2727..." (twice); 0 where the ellipsis says nothing: "3.1415...".
size_t PeriodOf(std::string_view number) {
  const size_t point = number.find('.');
  if (point == number.npos) return 0;
  const std::string_view places = number.substr(point + 1);
  for (size_t period = 1; period <= 6; ++period) {
    const size_t copies = period == 1 ? 3 : 2;
    if (places.size() < copies * period) break;
    const std::string_view last = places.substr(places.size() - period);
    bool same = std::all_of(last.begin(), last.end(), IsDigit);
    for (size_t copy = 2; copy <= copies; ++copy) same = same && places.substr(places.size() - copy * period, period) == last;
    if (same) return period;
  }
  return 0;
}

}  // namespace

NodeId Parser::Atom() {
  switch (Peek().kind) {
    case Tok::kNumber: return NumberAtom();
    case Tok::kSymbol:
    case Tok::kConstant: return SymbolAtom();
    case Tok::kFunction: return FunctionAtom();
    case Tok::kWord: return Words();
    case Tok::kRoot: return RootAtom();
    case Tok::kBig: return Big();
    default: break;
  }
  const Tok kind = Peek().kind;
  ++at_;
  switch (kind) {
    case Tok::kOpenParen: return Bracketed("(", true);
    case Tok::kOpenBracket: return Bracketed("[", true);
    case Tok::kCloseBracket: return Bracketed("(", false);
    case Tok::kOpenAngle: return Bracketed("<", false);
    case Tok::kOpenBrace: return Group();
    case Tok::kOpenSet: return Set();
    case Tok::kOpenFloor: return Between(Tok::kCloseFloor, "floor");
    case Tok::kOpenCeil: return Between(Tok::kCloseCeil, "ceil");
    case Tok::kBeginMatrix: return Matrix();
    case Tok::kBar: {
      ++open_bars_;
      const NodeId inside = Sum();
      --open_bars_;
      Expect(Tok::kBar, "the second bar of an absolute value");
      return Call("abs", {inside});
    }
    case Tok::kFraction:
    case Tok::kBinomial: {
      const NodeId first = Argument();
      const NodeId second = Argument();
      return kind == Tok::kFraction ? arena_.Add(Op::kDiv, "", {first, second}) : Call("binom", {first, second});
    }
    case Tok::kOverline:
    case Tok::kAccent: {
      const char* name = kind == Tok::kAccent ? "vec" : "overline";
      const NodeId inside = Argument();
      return arena_.Add(Op::kSymbol, StrCat("\\", name, "{", NormalForm(arena_, inside), "}"));
    }
    case Tok::kEnd: throw Refusal{"it ends too early"};
    default: throw Refusal{"a value is missing"};
  }
}

NodeId Parser::Argument() {
  const DepthGuard guard(depth_);
  if (!At(Tok::kNumber)) return Atom();
  // \frac12: one digit, the rest of the number stays.
  Token& token = tokens_[at_];
  const NodeId digit = arena_.Add(Op::kNumber, token.text.substr(0, 1));
  token.text.erase(0, 1);
  token.space_before = false;
  if (token.text.empty()) ++at_;
  if (!token.text.empty() && !IsDigit(token.text[0])) throw Refusal{"a decimal without braces"};
  return digit;
}

NodeId Parser::NumberAtom() {
  const std::string number = Peek().text;
  const bool grouped = Peek().grouped;
  ++at_;
  if (At(Tok::kOverline) && number.find('.') != number.npos) return Repeating(number);
  if (At(Tok::kSymbol) && Peek().text == "...") {
    if (const size_t period = PeriodOf(number); period > 0) {
      ++at_;
      const size_t once = number.size() - period;
      return RepeatingValue(number.substr(0, once), number.substr(once));
    }
  }
  if (number.back() == '.') throw Refusal{"a number that ends in a point"};
  const NodeId node = arena_.Add(Op::kNumber, number, {}, grouped ? 1 : 0);
  return Take(Tok::kSubscript) ? Based(node) : node;
}

// 1011_2, 1011_{two}, (1011)_2
NodeId Parser::Based(NodeId digits) {
  const NodeId base = At(Tok::kNumber) ? arena_.Add(Op::kNumber, tokens_[at_++].text) : Argument();
  const Op op = arena_[base].op;
  const auto value = op == Op::kNumber || op == Op::kText ? BaseOf(arena_[base].text) : std::nullopt;
  if (!value) throw Refusal{"a subscript of a number that is no base"};
  return arena_.Add(Op::kBased, arena_[digits].text, {}, std::stoi(std::string(*value)));
}

// 0.3\overline{27} = 3/10 + 27/990
NodeId Parser::Repeating(const std::string& number) {
  ++at_;
  Expect(Tok::kOpenBrace, "the digits that repeat");
  const std::string period = Peek().text;
  Expect(Tok::kNumber, "the digits that repeat");
  Expect(Tok::kCloseBrace, "a closing brace");
  if (!std::all_of(period.begin(), period.end(), IsDigit)) throw Refusal{"digits that repeat, and are none"};
  return RepeatingValue(number, period);
}

NodeId Parser::RepeatingValue(const std::string& number, const std::string& period) {
  const size_t places = number.size() - number.find('.') - 1;
  const NodeId whole = arena_.Add(Op::kNumber, places == 0 ? number.substr(0, number.size() - 1) : number);
  const NodeId numerator = arena_.Add(Op::kNumber, period);
  const NodeId denominator = arena_.Add(Op::kNumber, std::string(period.size(), '9') + std::string(places, '0'));
  const NodeId rest = arena_.Add(Op::kDiv, "", {numerator, denominator});
  return arena_.Add(Op::kAdd, "", {whole, rest});
}

std::string Parser::Subscript(NodeId& index) {
  const NodeId node = Argument();
  const Op op = arena_[node].op;
  if (op == Op::kNumber || op == Op::kSymbol || op == Op::kConstant || op == Op::kText) return StrCat("_{", arena_[node].text, "}");
  index = node;
  return "_";
}

// f(x), g(2), h(x+1) are calls; of other names only NAME(argument) before a relation, as in W(n) = 1.
bool Parser::CallFollows(const std::string& name) const {
  if (!At(Tok::kOpenParen)) return false;
  if (name[0] == 'f' || name[0] == 'g' || name[0] == 'h') return name.size() == 1 || !IsLetter(name[1]);
  return IsLetter(name[0]) && (Peek(1).kind == Tok::kSymbol || Peek(1).kind == Tok::kNumber || Peek(1).kind == Tok::kConstant) &&
         Peek(2).kind == Tok::kCloseParen && Peek(3).kind == Tok::kRelation;
}

NodeId Parser::SymbolAtom() {
  const bool constant = At(Tok::kConstant);
  std::string name = Peek().text;
  ++at_;
  if (name == "{}") return arena_.Add(Op::kSequence, "{}");
  // Names of angles and triangles: all their letters.
  if (name == "\\angle" || name == "\\triangle") {
    name += " ";
    while (At(Tok::kSymbol) && Peek().text.size() == 1) name += Peek().text, ++at_;
    return arena_.Add(Op::kSymbol, name);
  }
  if (constant && !At(Tok::kSubscript)) return arena_.Add(Op::kConstant, name);
  if (name == "RR")
    if (const NodeId half = HalfOfTheReals(); half != kNoNode) return half;
  // C(10,3), of two numbers, counts combinations; C(2,5) is a point.
  if (name == "C" && At(Tok::kOpenParen) && Peek(1).kind == Tok::kNumber && Peek(2).kind == Tok::kComma &&
      Peek(3).kind == Tok::kNumber && Peek(4).kind == Tok::kCloseParen && !Smaller(Peek(1).text, Peek(3).text)) {
    const NodeId n = arena_.Add(Op::kNumber, Peek(1).text), k = arena_.Add(Op::kNumber, Peek(3).text);
    at_ += 5;
    return Call("binom", {n, k});
  }
  NodeId index = kNoNode;
  if (Take(Tok::kSubscript)) name += Subscript(index);
  if (name.starts_with("C_{"))
    if (const NodeId count = Combinations(name); count != kNoNode) return count;
  while (At(Tok::kPrime) || PrimeFollows()) at_ += At(Tok::kPrime) ? 1 : 4, name += "'";
  if (index != kNoNode) return arena_.Add(Op::kUnknown, name, {index});
  if (!CallFollows(name)) return arena_.Add(Op::kSymbol, name);
  ++at_;
  const NodeId argument = Bracketed("(", true);
  return arena_.Add(Op::kUnknown, name, {argument});
}

// \mathbb{R}^+ and \mathbb{R}_{>0} are (0, \infty), \mathbb{R}_{\ge 0} is [0, \infty). kNoNode: no such mark follows.
NodeId Parser::HalfOfTheReals() {
  if (!At(Tok::kPower) && !At(Tok::kSubscript)) return kNoNode;
  const size_t brace = Peek(1).kind == Tok::kOpenBrace ? 1 : 0;
  const Token& mark = Peek(1 + brace);
  const bool sign = mark.kind == Tok::kPlus || mark.kind == Tok::kMinus;
  const bool relation = mark.kind == Tok::kRelation && std::string_view("<l>g").find(mark.text) != std::string_view::npos &&
                        Peek(2 + brace).kind == Tok::kNumber && Peek(2 + brace).text == "0";
  const size_t behind = 1 + brace + (sign ? 1 : 2);
  if ((!sign && !relation) || (brace == 1 && Peek(behind).kind != Tok::kCloseBrace)) return kNoNode;
  const bool positive = mark.kind == Tok::kPlus || mark.text == ">" || mark.text == "g";
  const bool closed = mark.text == "g" || mark.text == "l";
  at_ += behind + brace;
  const NodeId zero = arena_.Integer(0), infinity = arena_.Add(Op::kConstant, "inf");
  if (positive) return arena_.Add(Op::kSequence, closed ? "[)" : "()", {zero, infinity});
  return arena_.Add(Op::kSequence, closed ? "(]" : "()", {arena_.Negative(infinity), zero});
}

// C_{10}^{3}: of n objects, k. Behind the subscript; kNoNode: C is a symbol.
NodeId Parser::Combinations(const std::string& name) {
  const std::string_view n = std::string_view(name).substr(3, name.size() - 4);
  const size_t brace = Peek(1).kind == Tok::kOpenBrace ? 1 : 0;
  const Token& k = Peek(1 + brace);
  const auto is_small = [](std::string_view number) {
    return !number.empty() && number.size() <= 3 && std::all_of(number.begin(), number.end(), IsDigit);
  };
  if (!At(Tok::kPower) || k.kind != Tok::kNumber || !is_small(n) || !is_small(k.text)) return kNoNode;
  if (brace == 1 ? Peek(3).kind != Tok::kCloseBrace : k.text.size() > 1) return kNoNode;
  const int objects = std::stoi(std::string(n)), chosen = std::stoi(k.text);
  if (objects < 3 || chosen > objects) return kNoNode;  // C_1^2 is a constant, squared
  at_ += 2 + 2 * brace;
  return Call("binom", {arena_.Integer(objects), arena_.Integer(chosen)});
}

NodeId Parser::Words() {
  std::string words;
  while (At(Tok::kWord)) {
    words += (words.empty() ? "" : " ") + Peek().text;
    ++at_;
  }
  return arena_.Add(Op::kText, words);
}

NodeId Parser::RootAtom() {
  const std::string plain = Peek().text;  // the degree of √ and ∛; of \sqrt it stands behind
  ++at_;
  NodeId degree = kNoNode;
  if (Take(Tok::kOpenBracket)) {
    degree = Sum();
    Expect(Tok::kCloseBracket, "a closing bracket");
  }
  NodeId radicand;
  if (!plain.empty() && At(Tok::kNumber)) {
    radicand = arena_.Add(Op::kNumber, Peek().text);
    ++at_;
  } else {
    radicand = Argument();
  }
  if (degree == kNoNode) degree = arena_.Integer(plain.empty() ? 2 : plain[0] - '0');
  return Call("root", {radicand, degree});
}

NodeId Parser::Between(Tok close, const char* function) {
  const NodeId inside = Sum();
  Expect(close, "the second bracket of a rounded value");
  return Call(function, {inside});
}

// \sum_{k=1}^{n} k^2
NodeId Parser::Big() {
  const std::string name = Peek().text;
  ++at_;
  Expect(Tok::kSubscript, "the bounds of a sum");
  Expect(Tok::kOpenBrace, "the bounds of a sum");
  const NodeId bound = Atom();
  if (arena_[bound].op != Op::kSymbol && arena_[bound].text != "i") throw Refusal{"a sum over no symbol"};
  const NodeId symbol = arena_.Add(Op::kSymbol, arena_[bound].text);
  if (!At(Tok::kRelation) || Peek().text != "=") throw Refusal{"a sum over no range"};
  ++at_;
  const NodeId first = Sum();
  Expect(Tok::kCloseBrace, "a closing brace");
  Expect(Tok::kPower, "the upper bound of a sum");
  const NodeId last = Argument();
  const NodeId body = Term();
  return arena_.Add(Op::kSum, name, {symbol, first, last, body});
}

}  // namespace r1::math
