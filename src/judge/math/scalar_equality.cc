#include "judge/math/scalar_equality.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/rng.h"
#include "judge/math/exact.h"
#include "judge/math/numeric.h"

namespace r1::math {
namespace {

constexpr int kPoints = 24;        // tried
constexpr int kEnoughPoints = 4;   // that both sides are defined at
constexpr int kManyPoints = 16;    // |\ln 2y| is \ln|2y| at most of them
constexpr int kPrecisePoints = 2;  // of them, compared with 60 digits

// A literal as written, below signs, units and percent signs; nothing if it is any other expression.
std::optional<std::string> Literal(const Arena& arena, NodeId node) {
  switch (arena[node].op) {
    case Op::kNumber: return arena[node].text;
    case Op::kPercent:
    case Op::kDegree:
    case Op::kUnit: return Literal(arena, arena[node].children[0]);
    case Op::kMul: {
      const std::vector<NodeId>& factors = arena[node].children;
      if (factors.size() == 2 && arena[factors[0]].text == "-1") return Literal(arena, factors[1]);
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

// Digits behind the point, and from the first that is not zero on.
struct Digits {
  int places = 0, significant = 0;
};
Digits CountDigits(std::string_view literal) {
  Digits digits;
  bool behind = false;
  for (const char c : literal.substr(0, literal.find('e'))) {
    if (c == '.') {
      behind = true;
      continue;
    }
    digits.places += behind ? 1 : 0;
    digits.significant += digits.significant > 0 || c != '0' ? 1 : 0;
  }
  return digits;
}

bool IsFiniteDecimal(const Rational& value) {
  constexpr uint64_t kPowersOf5[] = {7450580596923828125, 5};  // the highest of 64 bits first: few divisions of a long number
  BigInt rest = value.denominator >> lsb(value.denominator);
  for (const uint64_t power : kPowersOf5)
    while (rest % power == 0) rest /= power;
  return rest == 1;
}

std::string Short(const Rational& value) {
  const std::string text = value.IsInteger() ? value.numerator.str() : value.numerator.str() + "/" + value.denominator.str();
  return text.size() <= 40 ? text : text.substr(0, 37) + "...";
}

// Does a decimal, as somebody writes who was asked for an exact value and calculates, give this value? At least six places and six
// digits, right within half of the sixth place, and rounded or cut off behind its own last.
bool Rounds(std::string_view literal, const Precise& decimal, const Precise& value) {
  const Digits digits = CountDigits(literal);
  if (literal.find('e') != literal.npos || digits.places < 6 || digits.significant < 6) return false;
  const Precise distance = abs(decimal - value), last = pow(Precise(10), -digits.places), slack = abs(value) * Precise("1e-50");
  const bool cut_off = abs(decimal) <= abs(value) && distance < last + slack;
  return distance <= Precise("0.5e-6") && (cut_off || distance <= last / 2 + slack);
}

// 0.30000000000000004: what a program prints for 0.3. All digits of a double, and wrong in the last ones only.
bool PrintsDouble(std::string_view literal, const Precise& decimal, const Precise& value) {
  const Digits digits = CountDigits(literal);
  return digits.significant >= 15 && digits.places > 0 && abs(decimal - value) <= abs(value) * Precise("2e-15");
}

// Unknowns that stand for whole numbers, as in n!, \binom{n}{k} and (-1)^n.
void WholeUnknowns(const Arena& arena, NodeId id, bool inside, std::set<std::string>& names) {
  const Node& node = arena[id];
  if (inside && node.op == Op::kSymbol) names.insert(node.text);
  for (size_t i = 0; i < node.children.size(); ++i) {
    bool whole = inside || (node.op == Op::kFunction && (node.text == "factorial" || node.text == "binom"));
    whole = whole || (node.op == Op::kSum && (i == 1 || i == 2));
    if (node.op == Op::kPow && i == 1) whole = whole || NormalForm(arena, node.children[0]).starts_with("(-1*");
    WholeUnknowns(arena, node.children[i], whole, names);
  }
}

// Fixed for a pair of expressions: small and large, of both signs, nothing that makes sums or logarithms special.
Point PointOf(const std::set<std::string>& unknowns, const std::set<std::string>& whole, int index) {
  static constexpr double kSizes[] = {1,   1,   3,   0.7, 8,  1,    2,   30,  0.3, 5,   100, 2,
                                      0.1, 0.6, 1.5, 12,  20, 0.05, 0.4, 2.5, 4,   0.2, 6,   0.9};
  Point point;
  for (const std::string& name : unknowns) {
    uint64_t key = static_cast<uint64_t>(index) + 1;
    for (const char c : name) key = MixBits(key ^ static_cast<unsigned char>(c));
    Rng rng(key);
    const double size = kSizes[index % kPoints] * (0.25 + 0.75 * static_cast<double>(rng.Uniform()));
    // The first points are positive, then signs vary, so that \sqrt{x^2} is not x.
    const bool negative = index >= 3 && (index % 3 == 0 || rng.Below(2) == 1);
    point[name] = whole.contains(name) ? static_cast<double>(1 + rng.Below(9)) : negative ? -size : size;
  }
  return point;
}

enum class Side { kSame, kDifferent, kUnclear };

template <class Real>
Side CompareValues(const Approximation<Real>& a, const Approximation<Real>& b) {
  const Real error = a.error + b.error;
  const Real re = a.re - b.re, im = a.im - b.im;
  const Real distance = abs(re) + abs(im);
  const Real size = std::max(a.Size(), b.Size());
  if (distance > 8 * error + size * 16 * Approximation<Real>::Epsilon()) return Side::kDifferent;
  // Equal as far as one can see; but is that far enough? Values near zero must be near zero by their own terms.
  if (error > size * Real(1e-9) && error > Real(1e-12)) return Side::kUnclear;
  return Side::kSame;
}

// One point: nothing if it does not count.
std::optional<Side> CompareAt(const Arena& arena, NodeId expected, NodeId answer, const Point& point, bool complex, bool precise,
                              Budget& budget) {
  bool left_reals = false;
  const auto counts = [&](const auto& x, const auto& y) { return complex || (x->IsReal() && y->IsReal() && !left_reals); };
  const auto a = EvaluateDouble(arena, expected, point, budget, &left_reals);
  const auto b = EvaluateDouble(arena, answer, point, budget, &left_reals);
  if (a && b) {
    if (!counts(a, b)) return std::nullopt;
    const Side side = CompareValues(*a, *b);
    if (side == Side::kDifferent || !precise) return side == Side::kDifferent ? side : Side::kSame;
  } else if (!precise && !point.empty()) {
    return std::nullopt;
  }
  const auto c = EvaluatePrecise(arena, expected, point, budget), d = EvaluatePrecise(arena, answer, point, budget);
  if (!c || !d || !counts(c, d)) return std::nullopt;
  const Precise error = c->error + d->error, size = std::max(c->Size(), d->Size());
  if (error > size * Precise("1e-30") && error > Precise("1e-40")) return std::nullopt;
  return CompareValues(*c, *d);
}

Comparison CompareConstants(const Arena& arena, NodeId expected, NodeId answer, Budget& budget) {
  const auto a = ExactValue(arena, expected, budget), b = ExactValue(arena, answer, budget);
  const auto literal_a = Literal(arena, expected), literal_b = Literal(arena, answer);
  if (a && b) {
    const std::string both = StrCat(Short(*a), " and ", Short(*b));
    if (*a == *b) return {true, "exact: both are " + Short(*a)};
    const Precise x = Precise(a->numerator) / Precise(a->denominator), y = Precise(b->numerator) / Precise(b->denominator);
    if ((literal_b && !IsFiniteDecimal(*a) && Rounds(*literal_b, y, x)) ||
        (literal_a && !IsFiniteDecimal(*b) && Rounds(*literal_a, x, y)))
      return {true, "a decimal of six places or more rounds it: " + both};
    const bool whole = a->IsInteger() && b->IsInteger();  // which no rounding explains
    if (!whole && ((literal_b && PrintsDouble(*literal_b, y, x)) || (literal_a && PrintsDouble(*literal_a, x, y))))
      return {true, "the same but for the last digits of a double: " + both};
    return {false, "exact: " + both};
  }
  const auto side = CompareAt(arena, expected, answer, {}, true, true, budget);
  if (!side) throw Refusal{"undefined, or too large or too imprecise to compare"};
  if (*side == Side::kSame) return {true, "numeric: equal to 60 digits"};
  if (*side == Side::kUnclear) throw Refusal{"too imprecise to compare"};
  // \sqrt{2} and 1.414213562373
  if (bool(a) != bool(b) && (a ? literal_a : literal_b)) {
    const Rational& exact = a ? *a : *b;
    const auto other = EvaluatePrecise(arena, a ? answer : expected, {}, budget);
    const Precise decimal = Precise(exact.numerator) / Precise(exact.denominator);
    const std::string& literal = a ? *literal_a : *literal_b;
    if (other && other->IsReal() && (Rounds(literal, decimal, other->re) || PrintsDouble(literal, decimal, other->re)))
      return {true, "a decimal of six places or more rounds it"};
  }
  return {false, "numeric: different values"};
}

}  // namespace

Comparison CompareScalars(const Arena& arena, NodeId expected, NodeId answer, Budget& budget) {
  if (NormalForm(arena, expected) == NormalForm(arena, answer)) return {true, "the same normal form"};
  std::set<std::string> unknowns = Unknowns(arena, expected);
  unknowns.merge(Unknowns(arena, answer));
  if (unknowns.empty()) return CompareConstants(arena, expected, answer, budget);
  std::set<std::string> whole;
  WholeUnknowns(arena, expected, false, whole);
  WholeUnknowns(arena, answer, false, whole);
  for (const bool complex : {false, true}) {
    int same = 0;
    for (int i = 0; i < kPoints && same < kManyPoints; ++i) {
      const auto side = CompareAt(arena, expected, answer, PointOf(unknowns, whole, i), complex, same < kPrecisePoints, budget);
      if (!side) continue;
      if (*side == Side::kDifferent) return {false, "different at chosen values of the unknowns"};
      if (*side == Side::kSame) ++same;
    }
    if (same >= kEnoughPoints) return {true, StrCat("equal at ", same, " values of the unknowns, to 60 digits")};
    if (same > 0) break;
  }
  throw Refusal{"defined at too few values of the unknowns"};
}

int ConstantRatio(const Arena& arena, NodeId expected, NodeId answer, Budget& budget) {
  const std::set<std::string> unknowns = Unknowns(arena, expected);
  if (unknowns != Unknowns(arena, answer)) return 0;
  std::set<std::string> whole;
  WholeUnknowns(arena, expected, false, whole);
  std::optional<Approximation<Precise>> first;
  int same = 0;
  for (int i = 0; i < kPoints && same < kEnoughPoints + 2; ++i) {
    const Point point = PointOf(unknowns, whole, i);
    const auto a = EvaluatePrecise(arena, expected, point, budget), b = EvaluatePrecise(arena, answer, point, budget);
    if (!a || !b || !a->IsReal() || !b->IsReal() || a->MayBeZero()) continue;
    const auto ratio = Over(*b, *a);
    if (!ratio) continue;
    if (ratio->MayBeZero()) return 0;
    if (first && CompareValues(*first, *ratio) != Side::kSame) return 0;
    if (!first) first = ratio;
    ++same;
  }
  if (same < kEnoughPoints) return 0;
  return !first->IsReal() ? 2 : first->re > 0 ? 1 : -1;
}

double RoughValue(const Arena& arena, NodeId node, Budget& budget) {
  if (arena[node].op == Op::kConstant && arena[node].text == "inf") return HUGE_VAL;
  if (arena[node].op == Op::kMul && arena[node].children.size() == 2 && arena[arena[node].children[0]].text == "-1")
    return -RoughValue(arena, arena[node].children[1], budget);
  const auto value = EvaluateDouble(arena, node, {}, budget);
  return value && value->IsReal() ? value->re : NAN;
}

}  // namespace r1::math
