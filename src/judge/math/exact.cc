#include "judge/math/exact.h"

#include <algorithm>
#include <map>

namespace r1::math {
namespace {

using Value = std::optional<Rational>;

BigInt PowerOf(BigInt base, int64_t exponent, Budget& budget) {
  if (NumBits(base) * exponent > kMaxIntegerBits + 64 && base != 1 && base != -1) throw Refusal{"a power of too many digits"};
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  const int64_t words = NumBits(base) * exponent / 64 + 1;
  budget.Spend(10 + words * words / 4);
  return pow(base, static_cast<unsigned>(exponent));
}

// The exact root, if there is one: Newton's method from above.
std::optional<BigInt> ExactRoot(const BigInt& value, int64_t degree, Budget& budget) {
  if (value < 0 || degree < 2 || degree > 64) return std::nullopt;
  if (value < 2) return value;
  const int64_t words = NumBits(value) / 64 + 1;
  BigInt root = BigInt(1) << static_cast<unsigned>((NumBits(value) + degree - 1) / degree);
  while (true) {
    budget.Spend(50 + 4 * words * words);
    const BigInt below = pow(root, static_cast<unsigned>(degree - 1));
    const BigInt next = ((degree - 1) * root + value / below) / degree;
    if (next >= root) return below * root == value ? std::optional(root) : std::nullopt;
    root = next;
  }
}

class Evaluator {
 public:
  Evaluator(const Arena& arena, Budget& budget) : arena_(arena), budget_(budget) {}

  Value Evaluate(NodeId id) {
    budget_.Spend(10);
    const Node& node = arena_[id];
    switch (node.op) {
      case Op::kNumber: return NumberValue(node.text, budget_);
      case Op::kConstant:
        if (node.text == "-1") return Rational{-1, 1};
        [[fallthrough]];
      case Op::kSymbol: {
        const auto bound = bound_.find(node.text);
        return bound == bound_.end() ? Value() : Value(bound->second);
      }
      case Op::kAdd: {
        Rational sum;
        for (const NodeId child : node.children) {
          const Value term = Evaluate(child);
          if (!term) return std::nullopt;
          sum = Make(sum.numerator * term->denominator + term->numerator * sum.denominator, sum.denominator * term->denominator);
        }
        return sum;
      }
      case Op::kMul: {
        Rational product{1, 1};
        for (const NodeId child : node.children) {
          const Value factor = Evaluate(child);
          if (!factor) return std::nullopt;
          product = Make(product.numerator * factor->numerator, product.denominator * factor->denominator);
        }
        return product;
      }
      case Op::kDiv: {
        const Value a = Evaluate(node.children[0]), b = Evaluate(node.children[1]);
        if (b && b->numerator == 0) throw Refusal{"a division by zero"};
        if (!a || !b) return std::nullopt;
        return Make(a->numerator * b->denominator, a->denominator * b->numerator);
      }
      case Op::kPow: return Power(Evaluate(node.children[0]), Evaluate(node.children[1]));
      case Op::kPercent: {
        const Value value = Evaluate(node.children[0]);
        return value ? Value(Make(value->numerator, value->denominator * 100)) : value;
      }
      case Op::kDegree:
      case Op::kUnit: return Evaluate(node.children[0]);
      case Op::kFunction: return Function(node);
      case Op::kSum: return Sum(node);
      default: return std::nullopt;
    }
  }

 private:
  Rational Make(BigInt numerator, BigInt denominator) {
    const int64_t words = (NumBits(numerator) + NumBits(denominator)) / 64;
    budget_.Spend(4 + words * words / 8);  // of the multiplications that made them
    return MakeRational(std::move(numerator), std::move(denominator), budget_);
  }

  Value Power(const Value& base, const Value& exponent) {
    if (!base || !exponent) return std::nullopt;
    if (base->numerator == 0 && exponent->numerator <= 0) throw Refusal{"zero to a power that is not positive"};
    if (!exponent->IsInteger()) {
      if (exponent->denominator > 64 || base->numerator < 0) return std::nullopt;
      const int64_t degree = static_cast<int64_t>(exponent->denominator);
      const auto top = ExactRoot(base->numerator, degree, budget_), bottom = ExactRoot(base->denominator, degree, budget_);
      if (!top || !bottom) return std::nullopt;
      return Power(Rational{*top, *bottom}, Rational{exponent->numerator, 1});
    }
    if (base->IsInteger() && (base->numerator == 1 || base->numerator == 0)) return base;
    if (abs(exponent->numerator) > kMaxIntegerBits) {
      if (base->IsInteger() && base->numerator == -1) return Rational{exponent->numerator % 2 == 0 ? 1 : -1, 1};
      throw Refusal{"a power of too many digits"};
    }
    const int64_t n = static_cast<int64_t>(exponent->numerator);
    BigInt top = PowerOf(base->numerator, std::abs(n), budget_), bottom = PowerOf(base->denominator, std::abs(n), budget_);
    if (n < 0) std::swap(top, bottom);
    if (bottom < 0) top = -top, bottom = -bottom;
    return Rational{std::move(top), std::move(bottom)};  // in lowest terms, as the base was
  }

  Value Function(const Node& node) {
    std::vector<Rational> arguments;
    for (const NodeId child : node.children) {
      const Value value = Evaluate(child);
      if (!value) return std::nullopt;
      arguments.push_back(*value);
    }
    const Rational& x = arguments[0];
    if (node.text == "root") {
      const Rational& degree = arguments[1];
      if (!degree.IsInteger() || degree.numerator < 1 || degree.numerator > 64) return std::nullopt;
      const int64_t n = static_cast<int64_t>(degree.numerator);
      if (n == 1) return x;
      if (x.numerator < 0 && n % 2 == 0) return std::nullopt;
      const auto top = ExactRoot(abs(x.numerator), n, budget_), bottom = ExactRoot(x.denominator, n, budget_);
      if (!top || !bottom) return std::nullopt;
      return Rational{x.numerator < 0 ? -*top : *top, *bottom};
    }
    if (node.text == "abs") return Rational{abs(x.numerator), x.denominator};
    if (node.text == "floor" || node.text == "ceil") {
      BigInt quotient = x.numerator / x.denominator;  // towards zero
      const bool exact = quotient * x.denominator == x.numerator;
      if (!exact && node.text == "floor" && x.numerator < 0) --quotient;
      if (!exact && node.text == "ceil" && x.numerator > 0) ++quotient;
      return Rational{quotient, 1};
    }
    if (node.text == "mod") {
      const Rational& m = arguments[1];
      if (!x.IsInteger() || !m.IsInteger() || m.numerator <= 0) return std::nullopt;
      budget_.Spend(10 + NumBits(x.numerator) * NumBits(m.numerator) / 4096);
      BigInt remainder = x.numerator % m.numerator;
      if (remainder < 0) remainder += m.numerator;
      return Rational{remainder, 1};
    }
    if (node.text == "factorial") return Factorial(x);
    if (node.text == "binom") return Binomial(x, arguments[1]);
    if (node.text == "max" || node.text == "min") {
      Rational best = x;
      for (const Rational& y : arguments) {
        const bool less = y.numerator * best.denominator < best.numerator * y.denominator;
        if (less == (node.text == "min")) best = y;
      }
      return best;
    }
    if (node.text == "gcd" || node.text == "lcm") {
      BigInt all = abs(x.numerator);
      for (const Rational& y : arguments) {
        if (!y.IsInteger() || y.numerator == 0) return std::nullopt;
        SpendOnDivisor(std::max(NumBits(all), NumBits(y.numerator)), budget_);
        const BigInt divisor = GreatestCommonDivisor(all, y.numerator);
        all = node.text == "gcd" ? divisor : BigInt(abs(all / divisor * y.numerator));
        if (NumBits(all) > kMaxIntegerBits) throw Refusal{"a number of too many digits"};
      }
      return Rational{all, 1};
    }
    return std::nullopt;
  }

  Value Factorial(const Rational& x) {
    if (!x.IsInteger() || x.numerator < 0) throw Refusal{"a factorial of what is no natural number"};
    if (x.numerator > 5000) throw Refusal{"a factorial of too many digits"};
    BigInt product = 1;
    for (int64_t k = 2; k <= static_cast<int64_t>(x.numerator); ++k) {
      budget_.Spend(2 + NumBits(product) / 64);
      product *= k;
    }
    return Rational{product, 1};
  }

  Value Binomial(const Rational& n, const Rational& k) {
    if (!n.IsInteger() || !k.IsInteger() || n.numerator < 0 || n.numerator > 1'000'000'000) return std::nullopt;
    if (k.numerator < 0 || k.numerator > n.numerator) return Rational{};
    const BigInt steps = std::min<BigInt>(k.numerator, n.numerator - k.numerator);
    if (steps > 5000) throw Refusal{"a binomial coefficient of too many digits"};
    BigInt product = 1;
    for (int64_t i = 1; i <= static_cast<int64_t>(steps); ++i) {
      budget_.Spend(10 + NumBits(product) / 16);
      product = product * (n.numerator - steps + i) / i;
      if (NumBits(product) > kMaxIntegerBits) throw Refusal{"a binomial coefficient of too many digits"};
    }
    return Rational{product, 1};
  }

  Value Sum(const Node& node) {
    const std::string name = arena_[node.children[0]].text;
    const Value first = Evaluate(node.children[1]), last = Evaluate(node.children[2]);
    if (!first || !last || !first->IsInteger() || !last->IsInteger()) return std::nullopt;
    if (last->numerator - first->numerator > 10'000) throw Refusal{"a sum of too many terms"};
    const auto outer = bound_.find(name) == bound_.end() ? Value() : Value(bound_[name]);
    const bool product = node.text == "prod";
    Value total = product ? Rational{1, 1} : Rational{};
    for (BigInt k = first->numerator; k <= last->numerator && total; ++k) {
      bound_[name] = Rational{k, 1};
      const Value term = Evaluate(node.children[3]);
      if (!term)
        total = std::nullopt;
      else if (product)
        total = Make(total->numerator * term->numerator, total->denominator * term->denominator);
      else
        total = Make(total->numerator * term->denominator + term->numerator * total->denominator,
                     total->denominator * term->denominator);
    }
    bound_.erase(name);
    if (outer) bound_[name] = *outer;
    return total;
  }

  const Arena& arena_;
  Budget& budget_;
  std::map<std::string, Rational> bound_;
};

}  // namespace

Rational NumberValue(std::string_view text, Budget& budget) {
  const size_t exponent_at = std::min(text.find('e'), text.size());
  const size_t point = std::min(text.find('.'), exponent_at);
  std::string digits(text.substr(0, point));
  int64_t exponent = 0;
  if (point < exponent_at) {
    digits += text.substr(point + 1, exponent_at - point - 1);
    exponent = -static_cast<int64_t>(exponent_at - point - 1);
  }
  if (exponent_at < text.size()) {
    std::string_view written = text.substr(exponent_at + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    if (written.size() > 6) throw Refusal{"an exponent of too many digits"};
    exponent += std::stoll(std::string(written));
  }
  if (digits.size() > 5000 || std::abs(exponent) > 19'000) throw Refusal{"a number of too many digits"};
  budget.Spend(10 + static_cast<int64_t>(digits.size() * digits.size() / 64));
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() <= 18 && exponent == 0) return {BigInt(digits.empty() ? 0 : std::stoll(digits)), 1};
  BigInt value(digits.empty() ? std::string("0") : digits);
  const BigInt scale = PowerOf(10, std::abs(exponent), budget);
  return exponent >= 0 ? Rational{value * scale, 1} : MakeRational(std::move(value), scale, budget);
}

std::optional<Rational> ExactValue(const Arena& arena, NodeId node, Budget& budget) {
  return Evaluator(arena, budget).Evaluate(node);
}

}  // namespace r1::math
