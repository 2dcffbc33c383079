// Functions by name: \sin 2x, \log_2 8, \tanh^{-1} x, max(1, 2). Those with an exact meaning in others are written with them, so
// that numeric.cc knows few.
#include "base/error.h"
#include "judge/math/parser_state.h"

namespace r1::math {

NodeId Parser::FunctionAtom() {
  std::string name = Peek().text;
  ++at_;
  NodeId base = kNoNode, power = kNoNode;
  if (Take(Tok::kSubscript)) base = Argument();
  if (Take(Tok::kPower)) {
    const bool negative = Take(Tok::kMinus);
    power = Argument();
    if (negative) power = arena_.Negative(power);
  }
  std::vector<NodeId> arguments;
  if (Take(Tok::kOpenParen)) {
    const NodeId inside = Bracketed("(", true);
    if (arena_[inside].op == Op::kSequence)
      arguments = arena_[inside].children;
    else
      arguments = {inside};
  } else if ((name == "max" || name == "min") && Take(Tok::kOpenSet)) {
    const NodeId inside = Set();
    if (arena_[inside].op != Op::kSequence || arena_[inside].children.empty()) throw Refusal{StrCat(name, " of no list")};
    arguments = arena_[inside].children;
  } else {
    // \sin 2x \cos x: factors up to the next function or operator.
    const bool negative = Take(Tok::kMinus);
    NodeId argument = Factor();
    while (StartsFactor() && !At(Tok::kFunction)) {
      const NodeId factor = Factor();
      argument = arena_.Add(Op::kMul, "", {argument, factor});
    }
    if (At(Tok::kDivide) && (Peek(1).kind == Tok::kNumber || Peek(1).kind == Tok::kSymbol)) {
      ++at_;
      const NodeId denominator = Factor();
      argument = arena_.Add(Op::kDiv, "", {argument, denominator});
    }
    arguments = {negative ? arena_.Negative(argument) : argument};
  }
  if (power == kNoNode) return Applied(name, std::move(arguments), base);
  // \sin^{-1} is the inverse function, \sin^2 a power.
  if (NormalForm(arena_, power) == "(-1*1)" && arguments.size() == 1) return Inverse(name, arguments[0]);
  const NodeId call = Applied(name, std::move(arguments), base);
  return arena_.Add(Op::kPow, "", {call, power});
}

NodeId Parser::Applied(const std::string& name, std::vector<NodeId> arguments, NodeId base) {
  const bool many = name == "gcd" || name == "lcm" || name == "max" || name == "min";
  if (arguments.size() != 1 && !many) throw Refusal{StrCat(name, " of ", arguments.size(), " arguments")};
  if (base != kNoNode && name != "log") throw Refusal{StrCat(name, " with a subscript")};
  const auto over = [&](NodeId numerator, NodeId denominator) { return arena_.Add(Op::kDiv, "", {numerator, denominator}); };
  const NodeId x = arguments[0];
  if (name == "sqrt" || name == "cbrt") return Call("root", {x, arena_.Integer(name == "sqrt" ? 2 : 3)});
  if (name == "lg" || base != kNoNode) return Call("log", {x, base != kNoNode ? base : arena_.Integer(10)});
  if (name == "log") return Call("ln", {x});
  if (name == "sech") return over(arena_.Integer(1), Call("cosh", {x}));
  if (name == "csch") return over(arena_.Integer(1), Call("sinh", {x}));
  if (name == "coth") return over(Call("cosh", {x}), Call("sinh", {x}));
  if (name == "cis") {
    const NodeId imaginary = arena_.Add(Op::kMul, "", {arena_.Add(Op::kConstant, "i"), Call("sin", {x})});
    return arena_.Add(Op::kAdd, "", {Call("cos", {x}), imaginary});
  }
  if (name == "asinh" || name == "acosh" || name == "atanh" || name == "acot" || name == "asec" || name == "acsc")
    return Inverse(name.substr(1), x);
  return Call(name, std::move(arguments));
}

NodeId Parser::Inverse(const std::string& name, NodeId x) {
  const auto add = [&](NodeId a, NodeId b) { return arena_.Add(Op::kAdd, "", {a, b}); };
  const auto over = [&](NodeId numerator, NodeId denominator) { return arena_.Add(Op::kDiv, "", {numerator, denominator}); };
  const NodeId one = arena_.Integer(1);
  if (name == "sin" || name == "cos" || name == "tan") return Call("a" + name, {x});
  if (name == "sec") return Call("acos", {over(one, x)});
  if (name == "csc") return Call("asin", {over(one, x)});
  if (name == "cot") {  // between 0 and pi: pi / 2 - atan x
    const NodeId pi = arena_.Add(Op::kConstant, "pi");
    return arena_.Difference(over(pi, arena_.Integer(2)), Call("atan", {x}));
  }
  if (name == "sinh" || name == "cosh") {  // ln(x + sqrt(x^2 +- 1))
    const NodeId square = arena_.Add(Op::kMul, "", {x, x});
    const NodeId radicand = name == "sinh" ? add(square, one) : arena_.Difference(square, one);
    return Call("ln", {add(x, Call("root", {radicand, arena_.Integer(2)}))});
  }
  if (name == "tanh") return over(Call("ln", {over(add(one, x), arena_.Difference(one, x))}), arena_.Integer(2));
  throw Refusal{StrCat("the inverse of ", name)};
}

}  // namespace r1::math
