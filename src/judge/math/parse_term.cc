#include <algorithm>

#include "judge/math/parser_state.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

bool IsInteger(std::string_view number) { return std::all_of(number.begin(), number.end(), IsDigit); }

}  // namespace

NodeId Parser::Sum() {
  const DepthGuard guard(depth_);
  std::vector<NodeId> terms;
  bool first = true;
  while (true) {
    bool negative = false, any = false;
    std::string both;  // of plus and minus
    for (int signs = 0; signs < kMaxDepth; ++signs) {
      if (Take(Tok::kMinus))
        negative = !negative;
      else if (At(Tok::kPlusMinus) || At(Tok::kMinusPlus))
        both = At(Tok::kPlusMinus) ? "+" : "-", ++at_;
      else if (!Take(Tok::kPlus))
        break;
      any = true;
    }
    if (!first && !any) break;
    first = false;
    NodeId term = Term();
    if (!both.empty()) term = arena_.Add(Op::kPlusMinus, both, {term});
    terms.push_back(negative ? arena_.Negative(term) : term);
  }
  const NodeId sum = terms.size() == 1 ? terms[0] : arena_.Add(Op::kAdd, "", terms);
  return Modulus(sum);
}

// "3 \pmod{7}", "3 (mod 7)", "17 \bmod 7"
NodeId Parser::Modulus(NodeId value) {
  if (At(Tok::kModulo)) {
    const bool operation = Peek().text == "operation";
    ++at_;
    const NodeId modulus = Factor();
    if (operation) return Call("mod", {value, modulus});
    return arena_.Add(Op::kModulo, "", {value, modulus});
  }
  const bool words = At(Tok::kOpenParen) && ((Peek(1).kind == Tok::kWord && Peek(1).text == "mod") || Peek(1).kind == Tok::kModulo);
  if (!words) return value;
  at_ += 2;
  const NodeId modulus = Sum();
  Expect(Tok::kCloseParen, "a closing bracket");
  return arena_.Add(Op::kModulo, "", {value, modulus});
}

bool Parser::StartsFactor() const {
  switch (Peek().kind) {
    case Tok::kOpenParen:
      return !ConditionFollows() && Peek(1).kind != Tok::kModulo && !(Peek(1).kind == Tok::kWord && Peek(1).text == "mod");
    case Tok::kSymbol:
    case Tok::kConstant:
    case Tok::kFunction:
    case Tok::kOpenBrace:
    case Tok::kOpenFloor:
    case Tok::kOpenCeil:
    case Tok::kFraction:
    case Tok::kBinomial:
    case Tok::kRoot:
    case Tok::kOverline:
    case Tok::kAccent:
    case Tok::kBig:
    case Tok::kBeginMatrix: return true;
    case Tok::kBar: return open_bars_ == 0;
    default: return false;
  }
}

bool Parser::ConditionFollows() const {
  return At(Tok::kOpenParen) && Peek(1).kind == Tok::kSymbol && Peek(2).kind == Tok::kRelation && Peek(2).text == "e";
}

NodeId Parser::Term() {
  NodeId term = Factor();
  if (const NodeId mixed = MixedNumber(term); mixed != kNoNode) term = mixed;
  std::vector<NodeId> factors = {term};
  const auto product = [&] { return factors.size() == 1 ? factors[0] : arena_.Add(Op::kMul, "", factors); };
  const auto signed_factor = [&] {
    bool negative = false;
    for (int signs = 0; signs < kMaxDepth && (At(Tok::kMinus) || At(Tok::kPlus)); ++signs)
      negative ^= Take(Tok::kMinus) || !Take(Tok::kPlus);
    const NodeId factor = Factor();
    return negative ? arena_.Negative(factor) : factor;
  };
  while (true) {
    if (Take(Tok::kTimes)) {
      factors.push_back(signed_factor());
      // 2 \cdot 3\frac{1}{2}
      if (const NodeId mixed = MixedNumber(factors.back()); mixed != kNoNode) factors.back() = mixed;
    } else if (Take(Tok::kDivide)) {
      const NodeId numerator = product();
      const NodeId denominator = signed_factor();
      factors = {arena_.Add(Op::kDiv, "", {numerator, denominator})};
    } else if (At(Tok::kScale)) {
      factors.push_back(arena_.Add(Op::kNumber, Peek().text));
      ++at_;
    } else if (At(Tok::kUnit) || FractionOfUnitsFollows()) {
      factors = {WithUnit(product())};
      if (StartsFactor()) throw Refusal{"something follows a unit"};
    } else if (StartsFactor()) {
      factors.push_back(Factor());
    } else {
      break;
    }
  }
  return product();
}

// 3\frac{1}{2} and "3 1/2": a whole number, then a proper fraction of whole numbers. Any other fraction beside a number is a
// factor.
NodeId Parser::MixedNumber(NodeId whole) {
  if (arena_[whole].op != Op::kNumber || !IsInteger(arena_[whole].text) || FractionOfUnitsFollows()) return kNoNode;
  if (At(Tok::kFraction)) {
    const NodeId factor = Factor();
    const Op mark = arena_[factor].op;  // 12\frac{1}{2}\%: the sign belongs to the whole
    const bool marked = mark == Op::kPercent || mark == Op::kDegree;
    const NodeId fraction = marked ? arena_[factor].children[0] : factor;
    const auto whole_number = [&](size_t child) {
      const Node& node = arena_[arena_[fraction].children[child]];
      return node.op == Op::kNumber && IsInteger(node.text);
    };
    if (arena_[fraction].op != Op::kDiv || !whole_number(0) || !whole_number(1) ||
        !Smaller(arena_[arena_[fraction].children[0]].text, arena_[arena_[fraction].children[1]].text))
      return arena_.Add(Op::kMul, "", {whole, factor});
    const NodeId mixed = arena_.Add(Op::kAdd, "", {whole, fraction});
    return marked ? arena_.Add(mark, "", {mixed}) : mixed;
  }
  if (At(Tok::kNumber) && Peek().space_before && Peek(1).kind == Tok::kDivide && Peek(2).kind == Tok::kNumber &&
      IsInteger(Peek().text) && IsInteger(Peek(2).text) && Smaller(Peek().text, Peek(2).text)) {
    const NodeId numerator = arena_.Add(Op::kNumber, Peek().text), denominator = arena_.Add(Op::kNumber, Peek(2).text);
    at_ += 3;
    const NodeId fraction = arena_.Add(Op::kDiv, "", {numerator, denominator});
    return arena_.Add(Op::kAdd, "", {whole, fraction});
  }
  return kNoNode;
}

// \frac{\text{miles}}{\text{hour}}
bool Parser::FractionOfUnitsFollows() const {
  const Tok kinds[] = {Tok::kFraction,  Tok::kOpenBrace, Tok::kWord,      Tok::kCloseBrace,
                       Tok::kOpenBrace, Tok::kWord,      Tok::kCloseBrace};
  for (size_t i = 0; i < std::size(kinds); ++i)
    if (Peek(i).kind != kinds[i]) return false;
  const auto is_unit = [&](const std::string& word) { return IsUnitWord(word) || IsOneLetterUnit(word); };
  return is_unit(Peek(2).text) && is_unit(Peek(5).text);
}

// cm, cm^2, m/s, square feet, "h?", "m?^2"
NodeId Parser::WithUnit(NodeId value) {
  if (FractionOfUnitsFollows()) {
    const std::string unit = Peek(2).text + "/" + Peek(5).text;
    at_ += 7;
    return arena_.Add(Op::kUnit, unit, {value});
  }
  if (At(Tok::kUnit) && (Peek().text == "squared" || Peek().text == "cubed")) throw Refusal{"a power in words"};
  std::string unit;
  while (true) {
    if (At(Tok::kUnit)) {
      unit += (unit.empty() || unit.back() == '/' ? "" : " ") + Peek().text;
      ++at_;
    } else if (At(Tok::kPower)) {
      ++at_;
      const NodeId power = Argument();
      if (arena_[power].op == Op::kNumber)
        unit += "^" + arena_[power].text;
      else if (arena_[power].op != Op::kMul)  // s^{-1}
        throw Refusal{"a unit to a power that is no number"};
    } else if ((At(Tok::kDivide) || At(Tok::kTimes)) && Peek(1).kind == Tok::kUnit) {
      unit += "/";
      ++at_;
    } else {
      break;
    }
  }
  if (unit.find('/') != unit.npos) std::erase(unit, '?');
  return arena_.Add(Op::kUnit, unit, {value});
}

NodeId Parser::Factor() {
  const DepthGuard guard(depth_);
  const Tok first = Peek().kind;
  NodeId factor = Atom();
  // In TeX x^10 is x^1 0; a base without letters shows that plain text was meant.
  const bool number = first == Tok::kNumber || first == Tok::kOpenParen;
  for (int postfixes = 0;; ++postfixes) {
    if (postfixes > kMaxDepth) throw Refusal{"nested too deep"};
    if (Take(Tok::kBang)) {
      if (At(Tok::kBang)) throw Refusal{"a double factorial"};
      factor = Call("factorial", {factor});
    } else if (Take(Tok::kPower)) {
      factor = Power(factor, number);
    } else if (first == Tok::kOpenParen && arena_[factor].op == Op::kNumber && Take(Tok::kSubscript)) {
      factor = Based(factor);
    } else if (Take(Tok::kPercent)) {
      factor = arena_.Add(Op::kPercent, "", {factor});
    } else if (Take(Tok::kDegree)) {
      factor = arena_.Add(Op::kDegree, "", {factor});
    } else {
      return factor;
    }
  }
}

NodeId Parser::Power(NodeId base, bool base_is_number) {
  const DepthGuard guard(depth_);
  if (Take(Tok::kDegree)) return arena_.Add(Op::kDegree, "", {base});
  if (At(Tok::kOpenBrace) && Peek(1).kind == Tok::kDegree && Peek(2).kind == Tok::kCloseBrace) {
    at_ += 3;
    return arena_.Add(Op::kDegree, "", {base});
  }
  const bool negative = Take(Tok::kMinus);
  NodeId exponent;
  if (At(Tok::kNumber) && (base_is_number || negative)) {
    exponent = arena_.Add(Op::kNumber, Peek().text);
    ++at_;
  } else {
    exponent = Argument();
  }
  if (negative) exponent = arena_.Negative(exponent);
  if (Take(Tok::kPower)) exponent = Power(exponent, base_is_number);  // 2^3^4 is 2^(3^4)
  return arena_.Add(Op::kPow, "", {base, exponent});
}

}  // namespace r1::math
